import { setTimeout as pause } from 'node:timers/promises'

/** Waits for a state, never for a time: until it is so, or fails with the sentence that says what was awaited. */
export async function until(
  sentence: string,
  isSo: () => boolean | Promise<boolean>,
  deadlineMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + deadlineMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${deadlineMs / 1000} s in vain: ${sentence}`)
    await pause(10)
  }
}
