import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { transferOwnership } from '#contract/accounts.ts'
import type { Call, Endpoint } from '#contract/endpoint.ts'
import {
  activateUsers,
  clearDeactivationDate,
  deactivateUsers,
  type Operation,
  undoOperation,
} from '#contract/lifecycle.ts'
import { addUsers, deleteUser, editUser, getUser } from '#contract/people.ts'
import { changeSeats, getSeats } from '#contract/seats.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { takeTurn, type Work, workFor } from '#server/gate/work.ts'
import { fillFromWaiting } from '#server/lifecycle/activate.ts'
import { settleDue } from '#server/lifecycle/settle.ts'
import { aCrowd, anAccount, aSession, database, Person, store } from '#tests/harness/account.ts'
import { Model, type ModelPerson, Refused, type Result } from './model.ts'

const password = 'a password that is right'
const passwordHash = await hashPassword(password)
const dates = ['2031-03-30', '2031-06-01', '2031-10-26']
const passed = '2024-01-01'

/** The account as it is. Everything is asked for by whoever owns it now. */
interface Real {
  readonly accountId: string
  readonly host: string
}

async function ownerOf({ accountId, host }: Real, { owner }: Model): Promise<Person> {
  return new Person({ id: owner.id, email: '', host, token: await aSession(accountId, owner.id) })
}

/** Sends it, and expects the very outcome that the model has: its numbers, or its refusal. */
async function alike<E extends Endpoint>(
  model: Model,
  real: Real,
  endpoint: E,
  input: Call<E>,
  expected: (operation: string) => Result | undefined,
): Promise<void> {
  const { status, body } = await (await ownerOf(real, model)).send(endpoint, input)
  const { operation } = body as { operation?: Operation }
  try {
    const result = expected(operation?.id ?? 'by an edit')
    expect({ status, body }).toMatchObject({ status: 200 })
    if (result) expect(operation).toMatchObject({ ...result })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    expect({ status, body }).toMatchObject({
      status: 409,
      ...(error.code !== 'refused' && { body: { code: error.code } }),
    })
  }
}

const byTheClock = (real: Real, task: (work: Work) => Promise<unknown>) =>
  workFor(database, real.accountId, 'clock', async (work) => (await takeTurn(work), task(work)))

async function record(model: Model, real: Real): Promise<void> {
  await byTheClock(real, settleDue)
  model.settle()
}

async function fill(model: Model, real: Real): Promise<void> {
  expect(await byTheClock(real, fillFromWaiting)).toBe(model.fill())
}

/** Chosen before anybody knows who is there: a number stands for whoever has that place. */
const some = fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 5 })
const one = fc.nat(50)
const at = <T>(list: readonly T[], place: number): T | undefined =>
  list.length === 0 ? undefined : list[place % list.length]
const people = (model: Model, places: readonly number[]) => [
  ...new Set(places.map((place) => at(model.people, place)!)),
]
const others = (model: Model) => model.people.filter((person) => person !== model.owner)
const ids = (meant: readonly ModelPerson[]) => ({ ids: meant.map((person) => person.id) })
const mode = fc.constantFrom('all_or_nothing' as const, 'fill' as const)

type Step<T> = (told: T, model: Model, real: Real) => Promise<void>

class Command<T> implements fc.AsyncCommand<Model, Real> {
  readonly #name: string
  readonly #told: T
  readonly #step: Step<T>
  constructor(name: string, told: T, step: Step<T>) {
    this.#name = name
    this.#told = told
    this.#step = step
  }
  check = () => true
  async run(model: Model, real: Real): Promise<void> {
    await this.#step(this.#told, model, real)
    await agree(model, real)
  }
  toString = () => `${this.#name}(${JSON.stringify(this.#told)})`
}

const command = <T>(name: string, told: fc.Arbitrary<T>, step: Step<T>) =>
  told.map((value) => new Command(name, value, step))

/** The latest operations are the likeliest to be undone, and an undo to be undone again. */
const undoing = command('undo', fc.tuple(fc.nat(5), mode), async ([place, mode], model, real) => {
  const operation = at(model.operations.filter(({ id }) => !id.startsWith('by ')).reverse(), place)
  if (!operation) return
  await alike(model, real, undoOperation, { operationId: operation.id, mode }, (id) =>
    model.undo(operation.id, mode, id),
  )
})

const commands = [
  command('add', fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }), async (wanted, model, real) => {
    const owner = await ownerOf(real, model)
    const added = await owner.call(addUsers, {
      people: wanted.map((isWanted) => ({
        firstName: 'New',
        lastName: 'Person',
        email: `${randomUUID()}@example.org`,
        status: isWanted ? ('active' as const) : ('inactive' as const),
      })),
    })
    model.add(
      added.people.map((person) => person.userId),
      wanted,
    )
  }),
  command('deactivate', some, async (places, model, real) => {
    const meant = people(model, places)
    await alike(model, real, deactivateUsers, { users: ids(meant) }, (id) => model.deactivate(meant, id))
  }),
  command(
    'schedule',
    fc.tuple(some, fc.constantFrom(...dates), fc.boolean()),
    async ([places, deactivationDate, keepEarlierDate], model, real) => {
      const meant = people(model, places)
      await alike(model, real, deactivateUsers, { users: ids(meant), deactivationDate, keepEarlierDate }, (id) =>
        model.schedule(meant, deactivationDate, keepEarlierDate, id),
      )
    },
  ),
  command('activate', fc.tuple(some, mode), async ([places, mode], model, real) => {
    const meant = people(model, places)
    await alike(model, real, activateUsers, { users: ids(meant), mode }, (id) => model.activate(meant, mode, id))
  }),
  command('clear date', some, async (places, model, real) => {
    const meant = people(model, places)
    await alike(model, real, clearDeactivationDate, { users: ids(meant) }, (id) => model.clearDate(meant, id))
  }),
  undoing,
  undoing,
  undoing,
  command('change the limit', fc.option(fc.integer({ min: 1, max: 9 })), async (limit, model, real) => {
    await alike(model, real, changeSeats, { limit }, () => undefined)
    model.limit = limit
  }),
  command(
    'edit',
    fc.tuple(one, fc.constantFrom('active', 'inactive', null, ...dates)),
    async ([place, to], model, real) => {
      const person = at(others(model), place)
      if (!person) return
      const isSo =
        to === 'active' || to === 'inactive'
          ? model.isIn(person) === (to === 'active')
          : (person.isDue ? null : person.date) === to
      const { version } = await (await ownerOf(real, model)).call(getUser, { userId: person.id })
      const input = {
        userId: person.id,
        version,
        ...(to === 'active' || to === 'inactive' ? { status: to } : { deactivationDate: to }),
      } as const
      await alike(model, real, editUser, input as Call<typeof editUser>, (id) => {
        // What is said again changes nothing; whether it records what is due is no matter.
        if (isSo) return undefined
        if (to === 'active') model.edit(() => model.activate([person], 'all_or_nothing', id))
        else if (to === 'inactive') model.edit(() => model.deactivate([person], id))
        else if (to !== null) model.edit(() => model.schedule([person], to, false, id))
        else model.edit(() => model.clearDate([person], id))
        return undefined
      })
      if (isSo) await record(model, real)
    },
  ),
  command('switch the owner off', fc.constantFrom('inactive', ...dates), async (to, model, real) => {
    const { version } = await (await ownerOf(real, model)).call(getUser, { userId: model.owner.id })
    const input = {
      userId: model.owner.id,
      version,
      ...(to === 'inactive' ? { status: to } : { deactivationDate: to }),
    }
    await alike(model, real, editUser, input as Call<typeof editUser>, () => {
      throw new Refused('owner_protected')
    })
  }),
  command('delete', one, async (place, model, real) => {
    const person = at(model.people, place)!
    await alike(model, real, deleteUser, { userId: person.id }, () => {
      if (person === model.owner) throw new Refused('owner_protected')
      model.delete(person)
      return undefined
    })
  }),
  command('transfer', one, async (place, model, real) => {
    const person = at(model.people, place)!
    await store.updateTable('credentials').set({ passwordHash }).where('userId', '=', model.owner.id).execute()
    await alike(model, real, transferOwnership, { userId: person.id, currentPassword: password }, () => {
      model.transfer(person)
      return undefined
    })
  }),
  command('let a date pass', one, async (place, model) => {
    const person = at(
      others(model).filter((one) => model.isIn(one)),
      place,
    )
    if (!person) return
    await sql`
      update users set deactivation_date = ${passed}, deactivate_at = '2024-01-01T23:59:00Z' where id = ${person.id}
    `.execute(store)
    model.letPass(person, passed)
  }),
  command('record what is due', fc.constant(null), (_, model, real) => record(model, real)),
  command('fill from the waiting list', fc.constant(null), (_, model, real) => fill(model, real)),
]

/** Whether the account is as the model says. */
async function agree(model: Model, real: Real): Promise<void> {
  const { rows } = await sql<{ id: string; role: string; isIn: boolean; told: unknown }>`
    select id, role, is_active(status, deactivate_at) as is_in, jsonb_build_object('status', status, 'cause', status_cause,
      'date', deactivation_date, 'events', (select count(*) from lifecycle_events as e where e.account_id = u.account_id and e.user_id = u.id)) as told
    from users as u where account_id = ${real.accountId}
  `.execute(store)
  const expected = model.people.map(({ id, active, cause, date, events }) => [
    id,
    { status: active ? 'active' : 'inactive', cause, date, events },
  ])
  expect(Object.fromEntries(rows.map(({ id, told }) => [id, told]))).toEqual(Object.fromEntries(expected))
  expect(rows.filter((row) => row.role === 'owner')).toEqual([
    expect.objectContaining({ id: model.owner.id, isIn: true }),
  ])

  const { limit, used, free, waiting } = model
  expect(await (await ownerOf(real, model)).call(getSeats, {})).toMatchObject({
    used,
    limit,
    waiting: waiting.length,
    overBy: limit === null ? 0 : Math.max(used - limit, 0),
    free: limit === null ? null : Math.max(free, 0),
  })
}

/** H1: what each event says to have come from is what the one before it left. */
async function brokenChains(accountId: string): Promise<unknown[]> {
  const { rows } = await sql`
    select * from (
      select user_id, change, from_status, to_status, lag(to_status) over (partition by user_id order by id) as before
      from lifecycle_events where account_id = ${accountId}
    ) as chain where before is not null and from_status is distinct from before
  `.execute(store)
  return rows
}

test('R14 T1 S6 H1 whatever is done in whatever order: used, counted and expected are the same', async () => {
  // A slow machine lives fewer lives.
  const enoughAt = Date.now() + 40_000
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (steps) => {
      if (Date.now() > enoughAt) return
      const { accountId, host, owner } = await anAccount({ learners: 0 })
      await sql`delete from users where account_id = ${accountId} and role = 'administrator'`.execute(store)
      const others = await aCrowd(accountId, 5)
      await owner.call(changeSeats, { fillFromWaiting: true })
      const model = new Model(owner.id, others)
      await fc.asyncModelRun(() => ({ model, real: { accountId, host } }), steps)
      expect(await brokenChains(accountId)).toEqual([])
    }),
    { numRuns: 40, seed: 14 },
  )
}, 120_000)
