import { expect, test, vi } from 'vitest'
import { samePlace } from './same-place.ts'

vi.stubGlobal('window', { location: { origin: 'https://learn.example.org' } })

test('an address of this site is gone back to, with its query', () => {
  expect(samePlace('/people?status=active#top')).toBe('/people?status=active#top')
})

test.each([
  undefined,
  '',
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '/\\elsewhere.example/',
  '\\\\elsewhere.example',
  'javascript:alert(1)',
  'people',
  '/sign-in?next=/sign-in',
])('%s leads to the start instead', (next) => {
  expect(samePlace(next)).toBe('/')
})
