import pLimit, { type LimitFunction } from 'p-limit'

/** How many changes of who is in one session has under way at a node. */
const mostAtOnce = 5

/**
 * R3. Whoever sends many changes at once stands in a line of their own, without a connection to the database: they
 * take neither everybody's connections nor all places in the turn, least of all from whoever ends their access.
 */
export class Lines {
  readonly #lines = new Map<string, { line: LimitFunction; tasks: number }>()

  async within<T>(whose: string, task: () => Promise<T>): Promise<T> {
    const mine = this.#lines.get(whose) ?? { line: pLimit(mostAtOnce), tasks: 0 }
    this.#lines.set(whose, mine)
    mine.tasks++
    try {
      return await mine.line(task)
    } finally {
      if (--mine.tasks === 0) this.#lines.delete(whose)
    }
  }
}
