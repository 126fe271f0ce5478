import { expect, test } from 'vitest'
import { readCmi } from './cmi.ts'

const older = (lesson_status: unknown, score: object = {}) => ({ core: { lesson_status, score } })

test.each([
  ['passed', 'completed'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['incomplete', 'started'],
  ['browsed', 'started'],
  ['not attempted', 'started'],
  ['', 'started'],
  [undefined, 'started'],
  [7, 'started'],
])('SCORM 1.2 that says %s is %s', (said, state) => {
  expect(readCmi('1.2', older(said)).state).toBe(state)
})

test.each([
  ['unknown', 'completed', 'completed'],
  ['passed', 'incomplete', 'completed'],
  ['passed', 'unknown', 'completed'],
  ['failed', 'completed', 'failed'],
  ['failed', 'incomplete', 'failed'],
  ['unknown', 'incomplete', 'started'],
  ['unknown', 'not attempted', 'started'],
  [undefined, undefined, 'started'],
])('SCORM 2004 with success %s and completion %s is %s', (success_status, completion_status, state) => {
  expect(readCmi('2004', { success_status, completion_status }).state).toBe(state)
})

test.each([
  [{ raw: '80' }, 80],
  [{ raw: 80, min: 0, max: 100 }, 80],
  [{ raw: '15', min: '10', max: '20' }, 50],
  [{ raw: '300', max: '200' }, 100],
  [{ raw: '-5' }, 0],
  [{ raw: '5', min: '20', max: '10' }, null],
  [{ raw: '' }, null],
  [{ raw: ' ' }, null],
  [{ raw: 'much' }, null],
  [{ raw: 'Infinity' }, null],
  [{ raw: null }, null],
  [{}, null],
])('SCORM 1.2 with the score %j has %s percent', (score, percent) => {
  expect(readCmi('1.2', older('passed', score)).score).toBe(percent)
})

test.each([
  [{ scaled: '0.875' }, 87.5],
  [{ scaled: 0.5, raw: 10, max: 10 }, 50],
  [{ scaled: '-1' }, 0],
  [{ scaled: '', raw: '10', max: '40' }, 25],
  [{}, null],
])('SCORM 2004 with the score %j has %s percent', (score, percent) => {
  expect(readCmi('2004', { score }).score).toBe(percent)
})

test('a model is read with and without its name around it, and nonsense in it says nothing', () => {
  expect(readCmi('1.2', { cmi: older('passed', { raw: 1 }) })).toEqual({ state: 'completed', score: 1 })
  for (const core of [null, 'core', 7, []]) expect(readCmi('1.2', { core })).toEqual({ state: 'started', score: null })
  expect(readCmi('2004', { cmi: null })).toEqual({ state: 'started', score: null })
})
