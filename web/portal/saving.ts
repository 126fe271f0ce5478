import { saveProgress, type Standing } from '#contract/portal.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'

/** What a player has to say that is not said yet. */
interface Word {
  resume?: Record<string, string | number>
  isDone?: boolean
}

export type SavingState = 'saved' | 'saving' | 'not_saved' | 'opened_elsewhere' | 'quiz_changed'

const RETRY_MS = 3_000

/**
 * Saves what happens in one player, one word after the other. What cannot be said now is said later, with what came
 * meanwhile; nothing is said twice. Once the module was opened elsewhere, it is silent.
 */
export class Saving {
  readonly #moduleId: string
  readonly #launchId: string
  readonly #onState: (state: SavingState) => void
  readonly #onStanding: (standing: Standing) => void
  #number = 0
  #sinceMs = performance.now()
  #isSending = false
  #waiting: Word | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #isOver = false

  constructor(told: {
    moduleId: string
    launchId: string
    onState: (state: SavingState) => void
    onStanding: (standing: Standing) => void
  }) {
    this.#moduleId = told.moduleId
    this.#launchId = told.launchId
    this.#onState = told.onState
    this.#onStanding = told.onStanding
  }

  say(word: Word): void {
    if (this.#isOver) return
    this.#waiting = { ...this.#waiting, ...word, isDone: Boolean(this.#waiting?.isDone || word.isDone) }
    void this.#send(false)
  }

  /** The last word, which reaches the server though the page is left. */
  leave(word: Word = {}): void {
    clearTimeout(this.#retry)
    if (!this.#isOver) {
      this.#waiting = { ...this.#waiting, ...word }
      void this.#send(true)
    }
    this.#isOver = true
  }

  async #send(isLast: boolean): Promise<void> {
    if (!this.#waiting || (this.#isSending && !isLast)) return
    const word = this.#waiting
    this.#waiting = null
    this.#isSending = true
    clearTimeout(this.#retry)
    this.#onState('saving')
    const seconds = Math.min(Math.round((performance.now() - this.#sinceMs) / 1000), 3600)
    try {
      const standing = await call(
        saveProgress,
        { moduleId: this.#moduleId, launchId: this.#launchId, number: ++this.#number, seconds, ...word },
        { keepalive: isLast },
      )
      this.#sinceMs += seconds * 1000
      this.#onStanding(standing)
      this.#onState('saved')
    } catch (error) {
      this.#failed(error, word)
    } finally {
      this.#isSending = false
    }
    if (this.#waiting && !this.#retry) void this.#send(false)
  }

  #failed(error: unknown, word: Word): void {
    if (error instanceof Refused && error.code === 'opened_elsewhere') {
      this.#isOver = true
      this.#onState('opened_elsewhere')
      return
    }
    this.#waiting = { ...word, ...this.#waiting }
    this.#onState('not_saved')
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      void this.#send(false)
    }, RETRY_MS)
  }
}
