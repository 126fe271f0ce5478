import { expect, test } from 'vitest'
import { endpoints } from '#contract/endpoints.ts'
import { answerShape, curlOf, fieldsOf } from './schema.ts'

test.each(Object.entries(endpoints))('%s is told in full', (_, endpoint) => {
  const told = [answerShape(endpoint), ...fieldsOf(endpoint).map(({ shape }) => shape)]
  expect(told.filter((shape) => /anything|undefined/.test(shape))).toEqual([])
})

test.each(Object.entries(endpoints).filter(([, { method }]) => method === 'POST'))(
  'the example of %s is a valid call',
  (_, endpoint) => {
    const body = /-d '(.*)'/s.exec(curlOf(endpoint, 'https://learn.example.org'))?.[1] ?? '{}'
    const path = Object.fromEntries(
      fieldsOf(endpoint)
        .filter(({ place }) => place === 'path')
        .map(({ name }) => [name, '0199b3c2-7d1e-7a4b-9c55-2f6f3f0d8a11']),
    )
    const read = endpoint.input.safeParse({ ...path, ...(JSON.parse(body) as object) })
    expect(read.error?.issues ?? []).toEqual([])
  },
)
