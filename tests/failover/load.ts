import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, Call, Endpoint } from '#contract/endpoint.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { editUser, getUser } from '#contract/people.ts'
import { reportLifecycle } from '#contract/reports.ts'
import { getMe, signIn } from '#contract/sign-in.ts'
import { send, type Reply } from '#tests/harness/send.ts'
import { type Headers, password } from '#tests/harness/server-process.ts'

/** So that two cores have time for the databases too: people do not click without end either. */
const restMs = 40

/** The servants of a PostgreSQL that was killed may still finish what they are at. */
const lastWordsMs = 1_000

/** An address of its own for each person. */
const addressOf = (userId: string): string =>
  `10.${[...createHash('sha256').update(userId).digest().subarray(0, 3)].join('.')}`

export interface Someone {
  readonly userId: string
  readonly email: string
}

interface Seen {
  readonly askedAtMs: number
  readonly answeredAtMs: number
  readonly is: 'done' | 'refused' | 'down'
  readonly isChange: boolean
}

/**
 * People at their work, through the proxy: administrators who edit, deactivate and activate, people who sign in, and
 * everybody who was deactivated trying again and again to get in with what they had. It writes down what it was answered.
 */
export class Load {
  readonly #port: number
  readonly #host: string
  readonly #seen: Seen[] = []
  readonly #dead: Headers[] = []
  readonly #work: Promise<void>[] = []
  #isOver = false

  /** Statuses of all answers; 0: none. */
  readonly statuses = new Map<number, number>()
  /** What no answer should have been. */
  readonly strange: string[] = []
  readonly acknowledged = { edits: 0, deactivations: 0, activations: 0, signIns: 0 }
  /** The name that each was last given with an answer, and those that were asked for later without one. */
  readonly names = new Map<string, string[]>()
  /** What each was last made, and how often that changed, all of it acknowledged in the end. */
  readonly states = new Map<string, { isActive: boolean; changes: number }>()
  /** Attempts with a session, or a right password, of somebody whose deactivation had been answered before. */
  tries = 0
  readonly letIn: string[] = []
  reportsFromReplica = 0

  constructor(port: number, host: string) {
    this.#port = port
    this.#host = host
  }

  get changes(): number {
    return Object.values(this.acknowledged).reduce((sum, each) => sum + each, 0)
  }

  async #ask<E extends Endpoint>(
    endpoint: E,
    input: Call<E>,
    headers: Record<string, string> = { host: this.#host },
  ): Promise<Reply> {
    const askedAtMs = performance.now()
    const reply = await send(this.#port, endpoint, input, headers).catch(() => ({
      status: 0,
      headers: {},
      body: '',
      bytes: Buffer.alloc(0),
    }))
    const { status } = reply
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    const isChange = endpoint.method !== 'GET'
    const is = status === 200 ? 'done' : this.#isDown(reply) ? 'down' : 'refused'
    this.#seen.push({ askedAtMs, answeredAtMs: performance.now(), is, isChange })
    return reply
  }

  #isDown = ({ status }: Reply): boolean => status === 0 || status >= 502

  #note(what: string, { status, body }: Reply): void {
    this.strange.push(`${what}: ${status} ${JSON.stringify(body)}`)
  }

  /** How long after this moment, at which the primary died, a look and a change were answered that came later. */
  outage(sinceMs: number): { change: number | undefined; look: number | undefined } {
    const first = (isChange: boolean): number | undefined => {
      const done = this.#seen.find(
        (each) => each.isChange === isChange && each.is === 'done' && each.askedAtMs > sinceMs + lastWordsMs,
      )
      return done && Math.round(done.answeredAtMs - sinceMs)
    }
    return { change: first(true), look: first(false) }
  }

  /** The longest that anybody waited to be told that it cannot be done now. */
  get longestRefusalMs(): number {
    return Math.round(
      Math.max(0, ...this.#seen.filter(({ is }) => is === 'down').map((each) => each.answeredAtMs - each.askedAtMs)),
    )
  }

  #forever(task: () => Promise<void>): void {
    const run = async (): Promise<void> => {
      while (!this.#isOver) {
        await task()
        await pause(restMs)
      }
    }
    this.#work.push(run().catch((error: Error) => void this.strange.push(error.message)))
  }

  /** Until it is answered that it was done: what is refused for want of a database is sent again. */
  async #done<E extends Endpoint>(
    what: string,
    endpoint: E,
    input: Call<E>,
    headers: Record<string, string>,
  ): Promise<Reply> {
    for (;;) {
      const reply = await this.#ask(endpoint, input, headers)
      if (reply.status === 200) return reply
      if (!this.#isDown(reply)) throw new Error(`${what}: ${reply.status} ${JSON.stringify(reply.body)}`)
      await pause(restMs)
    }
  }

  /** An administrator who gives these people one name after the other. */
  edit(administrator: Headers, people: readonly Someone[]): void {
    let turn = 0
    this.#forever(async () => {
      const { userId } = people[turn++ % people.length]!
      const found = await this.#ask(getUser, { userId }, administrator)
      if (found.status !== 200) {
        if (!this.#isDown(found)) this.#note('look at somebody', found)
        return
      }
      const { version } = found.body as Answer<typeof getUser>
      const lastName = `Edited ${turn}`
      const reply = await this.#ask(editUser, { userId, version, lastName }, administrator)
      if (reply.status === 200) {
        this.acknowledged.edits++
        this.names.set(userId, [lastName])
      } else {
        this.names.set(userId, [...(this.names.get(userId) ?? ['Learner']), lastName])
        if (!this.#isDown(reply)) this.#note('edit', reply)
      }
    })
  }

  /** An administrator through whose hands these people go: out, and where they come back, in again. */
  turnOver(
    administrator: Headers,
    people: readonly (Someone & { session: Headers })[],
    { comeBack }: { comeBack: boolean },
  ): void {
    const sessions = new Map(people.map(({ userId, session }) => [userId, session]))
    const toGo = [...people]
    this.#forever(async () => {
      const person = toGo.shift()
      if (!person) return
      const { userId, email } = person
      // Guesses are counted by address: everybody sits at a machine of their own.
      const there = { host: this.#host, 'x-forwarded-for': addressOf(userId) }
      const users = { ids: [userId] }
      await this.#done('deactivate', deactivateUsers, { users }, administrator)
      this.acknowledged.deactivations++
      this.#count(userId, false)
      this.#dead.push(sessions.get(userId)!)
      this.#attempt(email, await this.#ask(signIn, { email, password }, there))
      if (!comeBack) return

      await this.#done('activate', activateUsers, { users }, administrator)
      this.acknowledged.activations++
      this.#count(userId, true)
      const { headers } = await this.#done('sign in', signIn, { email, password }, there)
      this.acknowledged.signIns++
      const cookie = String([headers['set-cookie']].flat().find((one) => one?.includes('session='))).split(';')[0]!
      sessions.set(userId, { host: this.#host, cookie })
      const me = await this.#ask(getMe, {}, sessions.get(userId))
      if (me.status !== 200 && !this.#isDown(me)) this.#note('just signed in', me)
      toGo.push(person)
    })
  }

  #count(userId: string, isActive: boolean): void {
    this.states.set(userId, { isActive, changes: (this.states.get(userId)?.changes ?? 0) + 1 })
  }

  #attempt(who: string, { status }: Reply): void {
    this.tries++
    if (status === 200) this.letIn.push(who)
  }

  /** All sessions that died, one after the other, for as long as this lasts. They stay dead for those who came back (S5). */
  knock(): void {
    let turn = 0
    this.#forever(async () => {
      const session = this.#dead[turn++ % Math.max(1, this.#dead.length)]
      if (session) this.#attempt(session.cookie, await this.#ask(getMe, {}, session))
    })
  }

  /** Somebody who looks at a report. */
  readReports(administrator: Headers): void {
    this.#forever(async () => {
      const reply = await this.#ask(reportLifecycle, { limit: 10 }, administrator)
      if (reply.status === 200 && reply.headers['counted-at']) this.reportsFromReplica++
      else if (!this.#isDown(reply)) this.#note('report', reply)
      await pause(10 * restMs)
    })
  }

  /** Lets everybody finish what they are at. */
  async stop(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#work)
  }
}
