import { expect, test } from 'vitest'
import { type Arrangement, placed, sectionStepped, stepped } from './arrange.ts'

const order: Arrangement = [
  { id: 'one', moduleIds: ['a', 'b'] },
  { id: 'two', moduleIds: [] },
  { id: 'three', moduleIds: ['c'] },
]
const told = (told: Arrangement | null) => told?.map(({ moduleIds }) => moduleIds.join('')).join('|')

test('a module steps within its section, and over its edge into the next one', () => {
  expect(told(stepped(order, 'a', 1))).toBe('ba||c')
  expect(told(stepped(order, 'b', 1))).toBe('a|b|c')
  expect(told(stepped(order, 'c', -1))).toBe('ab|c|')
  expect(stepped(order, 'a', -1)).toBeNull()
  expect(stepped(order, 'c', 1)).toBeNull()
  expect(stepped(order, 'unknown', 1)).toBeNull()
})

test('a module is put at a place of its own or another section, and stands there once', () => {
  expect(told(placed(order, 'a', 'one', 1))).toBe('ba||c')
  expect(told(placed(order, 'a', 'three', 0))).toBe('b||ac')
  expect(told(placed(order, 'a', 'three', 1))).toBe('b||ca')
})

test('a section steps with its modules', () => {
  expect(told(sectionStepped(order, 'one', 1))).toBe('|ab|c')
  expect(told(sectionStepped(order, 'three', -1))).toBe('ab|c|')
  expect(sectionStepped(order, 'one', -1)).toBeNull()
  expect(sectionStepped(order, 'three', 1)).toBeNull()
})
