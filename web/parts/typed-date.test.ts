import { expect, test } from 'vitest'
import { readDate } from './typed-date.ts'

test.each(['2027-12-04', '4 Dec 2027', '4 December 2027', 'Dec 4, 2027', '4.12.2027', '04.12.2027', ' 4. 12. 2027 '])(
  '%s is the fourth of December',
  (typed) => expect(readDate(typed)).toBe('2027-12-04'),
)

test('with slashes and dashes a day is taken only where it can be read in one way', () => {
  expect(readDate('4/12/2027')).toBeNull()
  expect(readDate('04-12-2027')).toBeNull()
  expect(readDate('24/12/2027')).toBe('2027-12-24')
  expect(readDate('12/24/2027')).toBe('2027-12-24')
  expect(readDate('5-5-2027')).toBe('2027-05-05')
})

test.each(['', '4', '4 Dec', '4 Dec 27', '4 Foo 2027', '31.2.2027', '2027-13-01', '0.1.2027', 'Dec 2027', '20271204'])(
  '“%s” is no day',
  (typed) => expect(readDate(typed)).toBeNull(),
)
