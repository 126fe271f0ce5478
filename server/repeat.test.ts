import { expect, onTestFinished, test } from 'vitest'
import { until } from '#tests/harness/until.ts'
import { repeat } from './repeat.ts'

const log = { warn() {}, error: (error: unknown) => console.error(error) }

test('a round that is hurried does not wait for its time, also when it is hurried during the one before', async () => {
  let rounds = 0
  const repeating = repeat(
    async () => {
      if (++rounds === 2) repeating.hurry()
      return false
    },
    { everyMs: 3_600_000, waits: '', log },
  )
  onTestFinished(() => repeating.stop())
  expect(rounds).toBe(1)
  repeating.hurry()
  await until('it has been hurried twice', async () => rounds === 3)
})
