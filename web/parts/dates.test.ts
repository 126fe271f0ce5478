import { expect, test } from 'vitest'
import { daysBetween, showAgo, showDate, showDay, showInstant } from './dates.ts'

test('a calendar date is the same date wherever the browser stands', () => {
  expect(showDate('2026-12-12')).toBe('12 Dec 2026')
  expect(showDate('2026-09-01')).toBe('1 Sep 2026')
})

test('D1 an instant is told with date, time and zone of the account', () => {
  expect(showInstant('2026-12-12T22:59:00.000Z', 'Europe/Berlin')).toBe('Sat 12 Dec 2026, 23:59 (Berlin)')
  expect(showInstant('2026-12-12T23:00:00.000Z', 'Europe/Berlin')).toBe('Sun 13 Dec 2026, 00:00 (Berlin)')
  expect(showInstant('2026-12-13T04:59:00.000Z', 'America/New_York')).toBe('Sat 12 Dec 2026, 23:59 (New York)')
  expect(showDay('2026-12-12T23:30:00.000Z', 'Europe/Berlin')).toBe('13 Dec 2026')
})

test('how long ago, in the largest unit that fits', () => {
  const now = Date.parse('2026-12-12T12:00:00Z')
  expect(showAgo('2026-12-12T11:59:30Z', now)).toBe('just now')
  expect(showAgo('2026-12-12T11:59:00Z', now)).toBe('1 minute ago')
  expect(showAgo('2026-12-09T12:00:00Z', now)).toBe('3 days ago')
  expect(showAgo('2025-11-12T12:00:00Z', now)).toBe('1 year ago')
})

test('days between two dates, over the end of a year and a change of the clock', () => {
  expect(daysBetween('2026-12-30', '2027-01-02')).toBe(3)
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
  expect(daysBetween('2026-12-12', '2026-12-12')).toBe(0)
})
