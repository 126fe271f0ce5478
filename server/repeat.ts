import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { isUnavailable } from '#server/db/database.ts'

export type Log = Pick<FastifyBaseLogger, 'warn' | 'error'>

/** Work that is done again and again, until it is stopped. */
export interface Repeating {
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>
}

interface Rounds extends Repeating {
  /** Begins the next round at once, or after the one under way. */
  hurry(): void
}

interface Rhythm {
  /** The pause after a round that left nothing to do. */
  readonly everyMs: number
  /** What is said in the log when the database does not answer. */
  readonly waits: string
  readonly log: Log
}

/**
 * Runs rounds one after the other, from now on. A round answers whether more waits: then the next begins at once. One
 * that fails is told in the log, and tried again after the pause (R25). A long round looks at the signal between its steps.
 */
export function repeat(round: (stopped: AbortSignal) => Promise<boolean>, { everyMs, waits, log }: Rhythm): Rounds {
  const stopping = new AbortController()
  const stopped = stopping.signal
  let hurrying = new AbortController()

  async function run(): Promise<void> {
    while (!stopped.aborted) {
      let more = false
      hurrying = new AbortController()
      try {
        more = await round(stopped)
      } catch (error) {
        if (isUnavailable(error)) log.warn(waits)
        else log.error(error)
      }
      const cutShort = AbortSignal.any([stopped, hurrying.signal])
      if (!more) await pause(everyMs, undefined, { signal: cutShort }).catch(onlyIf(cutShort))
    }
  }
  const onlyIf = (cutShort: AbortSignal) => (error: unknown) => {
    if (!cutShort.aborted) throw error
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
    hurry: () => hurrying.abort(),
  }
}

/** Says what is so every second at most once a minute, by the clock of this process that nobody sets. */
export function onceAMinute(say: (sentence: string) => void): (sentence: string) => void {
  let saidAtMs = -Infinity
  return (sentence) => {
    if (performance.now() - saidAtMs < 60_000) return
    saidAtMs = performance.now()
    say(sentence)
  }
}
