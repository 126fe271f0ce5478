/** What should be so: the rules of who is in, over plain values. As simple as the rules, and as slow as it likes. */
export interface ModelPerson {
  readonly id: string
  active: boolean
  cause: string
  date: string | null
  /** The date has passed, and nothing has recorded it yet. */
  isDue: boolean
  /** Who waits longer stands before who came later; within one change they stand by their id. */
  since: number
  /** When they were added: whoever waits has waited since then. */
  readonly came: number
  events: number
}

interface Undone {
  readonly person: ModelPerson
  /** How many events the person had right after: more of them now, and they have been changed since. */
  readonly events: number
  readonly before: Pick<ModelPerson, 'active' | 'cause' | 'date'>
}

export interface Result {
  readonly changed: number
  readonly alreadySo: number
  readonly refused: number
}

type Mode = 'all_or_nothing' | 'fill'

/** Refused as a whole: nothing of it happened, what was due is still to be recorded. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

const longAgo = 0

export class Model {
  readonly people: ModelPerson[] = []
  readonly operations: { readonly id: string; readonly undone: readonly Undone[] }[] = []
  owner: ModelPerson
  limit: number | null = null
  #turn = 1

  constructor(ownerId: string, others: readonly string[]) {
    this.owner = this.#joins(ownerId, true, 'administrator', 0)
    for (const id of others) this.#joins(id, true, 'administrator', 0)
  }

  isIn = (person: ModelPerson): boolean => person.active && !person.isDue
  get used(): number {
    return this.people.filter(this.isIn).length
  }
  get free(): number {
    return this.limit === null ? Infinity : this.limit - this.used
  }
  get waiting(): ModelPerson[] {
    return this.people.filter(this.#waits)
  }
  #waits = (person: ModelPerson): boolean => !person.active && person.cause === 'seat_limit'

  /** What is due is recorded before anything else is changed. */
  settle(): void {
    for (const person of this.people.filter((one) => one.isDue)) {
      Object.assign(person, {
        active: false,
        cause: 'schedule',
        date: null,
        isDue: false,
        since: longAgo,
        events: person.events + 1,
      })
    }
  }

  add(ids: readonly string[], wanted: readonly boolean[]): void {
    this.settle()
    this.#turn++
    // Seats are filled from the waiting list: what is left is for the new.
    let seats = this.free - this.waiting.length
    for (const [place, id] of ids.entries()) {
      const isIn = wanted[place]! && seats-- > 0
      this.#joins(id, isIn, wanted[place]! && !isIn ? 'seat_limit' : 'administrator', 1)
    }
  }

  deactivate(meant: readonly ModelPerson[], operation: string): Result {
    return this.#change(meant, operation, 'all_or_nothing', (person) =>
      person === this.owner
        ? 'refused'
        : person.active || this.#waits(person)
          ? { active: false, cause: 'administrator', date: null }
          : 'already',
    )
  }

  schedule(meant: readonly ModelPerson[], date: string, keepEarlier: boolean, operation: string): Result {
    return this.#change(meant, operation, 'all_or_nothing', (person) => {
      if (person === this.owner || !person.active) return 'refused'
      const isSo = person.date !== null && (keepEarlier ? person.date <= date : person.date === date)
      return isSo ? 'already' : { active: true, cause: person.cause, date }
    })
  }

  clearDate(meant: readonly ModelPerson[], operation: string): Result {
    return this.#change(meant, operation, 'all_or_nothing', (person) => {
      if (person === this.owner || !person.active) return 'refused'
      return person.date === null ? 'already' : { active: true, cause: person.cause, date: null }
    })
  }

  activate(meant: readonly ModelPerson[], mode: Mode, operation: string): Result {
    return this.#change(meant, operation, mode, (person) =>
      person.active ? 'already' : { active: true, cause: 'administrator', date: null },
    )
  }

  /** @returns how many came in from the waiting list */
  fill(): number {
    if (this.waiting.length === 0 || this.free <= 0) return 0
    return this.activate(this.waiting, 'fill', 'by the clock').changed
  }

  undo(of: string, mode: Mode, operation: string): Result {
    const { undone } = this.operations.find((one) => one.id === of)!
    const there = undone.filter(({ person }) => this.people.includes(person))
    if (there.every(({ person, events }) => person.events !== events)) throw new Refused('nothing_to_undo')
    const wayBack = new Map(there.map((one) => [one.person, one]))
    return this.#change([...wayBack.keys()], operation, mode, (person) => {
      const { events, before } = wayBack.get(person)!
      return person.events !== events || (person === this.owner && !before.active) ? 'refused' : before
    })
  }

  /** What is one line of a result for many is a refusal of everything for one. */
  edit(change: () => Result): void {
    const before = structuredClone(this.people)
    const { refused } = change()
    if (refused === 0) return
    this.#restore(before)
    this.operations.pop()
    throw new Refused('refused')
  }

  letPass(person: ModelPerson, date: string): void {
    Object.assign(person, { isDue: true, date })
  }

  delete(person: ModelPerson): void {
    this.settle()
    this.people.splice(this.people.indexOf(person), 1)
  }

  transfer(to: ModelPerson): void {
    if (!this.isIn(to)) throw new Refused('not_an_active_user')
    Object.assign(to, { date: null, events: to.events + (to.date === null ? 1 : 2) })
    this.owner = to
  }

  /** One change of many: all of it happens, or nothing of it. */
  #change(
    meant: readonly ModelPerson[],
    operation: string,
    mode: Mode,
    judge: (person: ModelPerson) => 'refused' | 'already' | Undone['before'],
  ): Result {
    const before = structuredClone(this.people)
    this.settle()
    const judged = meant.map((person) => ({ person, verdict: judge(person) }))
    const changing = judged.filter(
      (one): one is { person: ModelPerson; verdict: Undone['before'] } => typeof one.verdict === 'object',
    )
    const gaining = changing
      .filter(({ person, verdict }) => verdict.active && !person.active)
      .sort((a, b) => a.person.since - b.person.since || (a.person.id < b.person.id ? -1 : 1))
    const free = Math.max(this.free, 0)
    if (gaining.length > free && (mode === 'all_or_nothing' || free === 0)) {
      this.#restore(before)
      throw new Refused('no_free_seats')
    }

    this.#turn++
    const left = new Set(gaining.slice(free === Infinity ? gaining.length : free))
    const done = changing.filter((one) => !left.has(one))
    const undone = done.map(({ person, verdict }) => {
      const { active, cause, date } = person
      const since = verdict.active === active ? person.since : verdict.cause === 'seat_limit' ? person.came : this.#turn
      Object.assign(person, verdict, { since, events: person.events + 1 })
      return { person, events: person.events, before: { active, cause, date } }
    })
    this.operations.push({ id: operation, undone })
    const alreadySo = judged.filter(({ verdict }) => verdict === 'already').length
    return { changed: done.length, alreadySo, refused: meant.length - done.length - alreadySo }
  }

  #restore(before: readonly ModelPerson[]): void {
    for (const [place, person] of this.people.entries()) Object.assign(person, before[place])
  }

  #joins(id: string, active: boolean, cause: string, events: number): ModelPerson {
    const person = { id, active, cause, date: null, isDue: false, since: this.#turn, came: this.#turn, events }
    this.people.push(person)
    return person
  }
}
