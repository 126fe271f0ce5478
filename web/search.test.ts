import { beforeAll, describe, expect, test } from 'vitest'
import { loadSchemas, parseSearch, search, stringifySearch } from './search.ts'

const people = search('/people')

test('what the application itself wrote into an address is taken as it is', () => {
  expect(people(parseSearch('?status=inactive'))).toEqual({ status: 'inactive' })
})

describe('an address that somebody typed', () => {
  beforeAll(loadSchemas)

  test('a filter survives the way into the address and back', () => {
    const filter = { search: 'ö & 12', status: ['active', 'leaving'], sort: 'lastSignIn' }
    expect(people(parseSearch(stringifySearch(filter)))).toEqual(filter)
  })

  test('one of several may stand alone, and digits stay text', () => {
    expect(people(parseSearch('?status=inactive&search=007'))).toEqual({ status: 'inactive', search: '007' })
  })

  test('what the schema does not understand is left out, and the rest stays', () => {
    expect(people(parseSearch('?status=gone&colour=red&role=author'))).toEqual({ role: 'author' })
    expect(people(parseSearch('?constructor=1&role=author'))).toMatchObject({ role: 'author' })
  })

  test('nothing said is nothing in the address', () => {
    expect(stringifySearch({ search: '', status: [], cursor: undefined })).toBe('')
    expect(people({})).toEqual({})
  })
})
