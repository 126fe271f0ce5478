import { expect, test } from 'vitest'
import { listUsers } from '#contract/people.ts'
import { parseSearch, search, stringifySearch } from './search.ts'

const people = search(listUsers.input.omit({ limit: true }))

test('a filter survives the way into the address and back', () => {
  const filter = { search: 'ö & 12', status: ['active', 'leaving'], sort: 'lastSignIn' }
  expect(people(parseSearch(stringifySearch(filter)))).toEqual(filter)
})

test('one value of several is a list, too, and digits stay text', () => {
  expect(people(parseSearch('?status=inactive&search=007'))).toEqual({ status: ['inactive'], search: '007' })
})

test('what the schema does not understand is left out, and the rest stays', () => {
  expect(people(parseSearch('?status=gone&colour=red&role=author'))).toEqual({ role: ['author'] })
})

test('nothing said is nothing in the address', () => {
  expect(stringifySearch({ search: '', status: [], cursor: undefined })).toBe('')
  expect(people({})).toEqual({})
})
