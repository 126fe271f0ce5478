import { expect, test } from 'vitest'
import { showBytes } from './bytes.ts'

test('bytes in the largest unit that fits', () => {
  expect([0, 666, 1536, 20 * 1024 ** 2, 4 * 1024 ** 3].map(showBytes)).toEqual([
    '0 bytes',
    '666 bytes',
    '1.5 kB',
    '20 MB',
    '4 GB',
  ])
})
