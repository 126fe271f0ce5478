import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { afterAll } from 'vitest'
import type { Answer, Call, Endpoint } from '#contract/endpoint.ts'
import type { Role } from '#contract/roles.ts'
import { type TokenKind, type TokenScope, tokenScopes } from '#contract/tokens.ts'
import { buildApp } from '#server/app.ts'
import { readConfig } from '#server/config.ts'
import { buildContentApp } from '#server/content/app.ts'
import { connect, type Database, type Tables } from '#server/db/database.ts'
import { hashOf, newApiToken, newToken } from '#server/gate/credential.ts'
import { openStorage } from '#server/files/storage.ts'
import { addCrowd } from './crowd.ts'
import { freshDatabase } from './postgres.ts'
import { send, type Reply } from './send.ts'

const urls = await freshDatabase()
/** As the application: bound by row level security. */
export const database: Database = connect(urls.appUrl)
/** Past every rule of the application's role: to build a scene, and to look at what was stored. */
export const store: Kysely<Tables> = connect(urls.adminUrl)
const dataDirectory = mkdtempSync(join(tmpdir(), 'rollcall-files-'))
export const config = readConfig({ LOG_LEVEL: 'error', TRUST_PROXY: 'true', DATA_DIR: dataDirectory })
const nodes: Awaited<ReturnType<typeof buildApp>>[] = []
const pools: Database[] = [database, store]
export const storage = await openStorage(config)
/** The origin of packages. */
export const content = await buildContentApp({ database, config, storage })
await content.listen({ host: '127.0.0.1', port: 0 })
nodes.push(content)
export const app = await aNode()
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()))
  await Promise.all(pools.map((pool) => pool.destroy()))
  rmSync(dataDirectory, { recursive: true, force: true })
})

/** As the application, with connections of its own, as another node has them. */
export function aPool(options: { max?: number } = {}): Database {
  const pool = connect(urls.appUrl, options)
  pools.push(pool)
  return pool
}

/** One more server on the same database, listening on a port of its own. */
export async function aNode(over: Database = database) {
  const node = await buildApp({ database: over, config: { ...config, contentPort: portOf(content) }, storage })
  await node.listen({ host: '127.0.0.1', port: 0 })
  nodes.push(node)
  return node
}

function portOf(node: typeof content): number {
  return (node.server.address() as AddressInfo).port
}

/** A person of an account who speaks to the server as a browser does. */
export class Person {
  readonly id: string
  readonly email: string
  readonly host: string
  readonly token: string | undefined
  #node = app

  constructor(told: { id: string; email: string; host: string; token?: string | undefined }) {
    this.id = told.id
    this.email = told.email
    this.host = told.host
    this.token = told.token
  }

  /** The same person, by way of another node. */
  at(node: typeof app): Person {
    const there = new Person(this)
    there.#node = node
    return there
  }

  /** The same person, at a browser of their own in which this token is. */
  with(token: string): Person {
    return new Person({ id: this.id, email: this.email, host: this.host, token })
  }

  /** The whole reply, whatever it is. */
  send<E extends Endpoint>(endpoint: E, input: Call<E>, headers: Record<string, string> = {}): Promise<Reply> {
    const { port } = this.#node.server.address() as AddressInfo
    return send(port, endpoint, input, {
      host: this.host,
      ...(this.token && { cookie: `session=${this.token}` }),
      ...headers,
    })
  }

  /** The answer. A refusal fails the test, and says which it was. */
  async call<E extends Endpoint>(
    endpoint: E,
    input: Call<E>,
    headers: Record<string, string> = {},
  ): Promise<Answer<E>> {
    const { status, body } = await this.send(endpoint, input, headers)
    if (status >= 300)
      throw new Error(`${endpoint.method} ${endpoint.path} answered ${status}: ${JSON.stringify(body)}`)
    return body as Answer<E>
  }

  /** The problem that it was refused with. An answer fails the test. */
  async refused<E extends Endpoint>(endpoint: E, input: Call<E>): Promise<Record<string, unknown>> {
    const { status, body } = await this.send(endpoint, input)
    if (status < 400) throw new Error(`${endpoint.method} ${endpoint.path} was not refused: ${JSON.stringify(body)}`)
    return body as Record<string, unknown>
  }

  /** The row that says whether they are in. */
  row() {
    return store.selectFrom('users').selectAll().where('id', '=', this.id).executeTakeFirstOrThrow()
  }

  /** What is recorded of them, the oldest first. */
  events() {
    return store.selectFrom('lifecycleEvents').selectAll().where('userId', '=', this.id).orderBy('id').execute()
  }
}

const nameOf: Record<Role, string> = {
  owner: 'Olga',
  administrator: 'Ada',
  department_administrator: 'Dora',
  author: 'Arthur',
  learner: 'Lea',
}

/** Puts somebody into an account, signed in, by the rows themselves. */
export async function aPerson(
  accountId: string,
  role: Role = 'learner',
  told: { firstName?: string; departmentId?: string } = {},
): Promise<Person> {
  const { host } = await store
    .selectFrom('accounts')
    .select('host')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  const firstName = told.firstName ?? nameOf[role]
  const email = `${firstName.toLowerCase()}-${randomUUID().slice(0, 8)}@example.org`
  const { id } = await store
    .insertInto('users')
    .values({ accountId, role, status: 'active' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store
    .insertInto('profiles')
    .values({ accountId, userId: id, firstName, lastName: 'Example', email, departmentId: told.departmentId ?? null })
    .execute()
  await store.insertInto('credentials').values({ accountId, userId: id }).execute()
  return new Person({ id, email, host: host!, token: await aSession(accountId, id) })
}

/** An API token of this person, by the row itself. */
export async function aToken(
  accountId: string,
  userId: string,
  told: { scopes?: readonly TokenScope[]; kind?: TokenKind } = {},
): Promise<string> {
  const token = newApiToken()
  const { scopes = tokenScopes, kind = 'personal' } = told
  await sql`
    insert into api_tokens (account_id, user_id, kind, name, token_hash, last_signs, scopes, expires_at)
    values (${accountId}, ${userId}, ${kind}, 'Script', ${hashOf(token)}, ${token.slice(-4)}, ${[...scopes]}::token_scope[],
      case when ${scopes.includes('provisioning')}::boolean then statement_timestamp() + interval '1 day' end)
  `.execute(store)
  return token
}

/** A session of somebody, by the row itself. @returns the token that the browser would have */
export async function aSession(accountId: string, userId: string): Promise<string> {
  const token = newToken()
  await store
    .insertInto('sessions')
    .values({ accountId, userId, tokenHash: hashOf(token) })
    .execute()
  return token
}

/** An account with its owner, an administrator and as many learners as wished. It never asks to confirm a number. */
export async function anAccount({ seatLimit = null as number | null, timeZone = 'UTC', learners = 1 } = {}) {
  const host = `${randomUUID()}.test`
  const { id: accountId } = await store
    .insertInto('accounts')
    .values({ name: 'Acme', host, seatLimit: null, timeZone, massChangeCount: 1_000_000, massChangePercent: 100 })
    .returning('id')
    .executeTakeFirstOrThrow()
  const owner = await aPerson(accountId, 'owner')
  const admin = await aPerson(accountId, 'administrator')
  const people: Person[] = []
  for (let n = 0; n < learners; n++) people.push(await aPerson(accountId, 'learner', { firstName: `Lea${n}` }))
  await store.updateTable('accounts').set({ seatLimit }).where('id', '=', accountId).execute()
  const seatsUsed = async () =>
    (await sql<{ n: number }>`select count(*) as n from active_users where account_id = ${accountId}`.execute(store))
      .rows[0]!.n
  return { accountId, host, owner, admin, people, learner: people[0]!, seatsUsed }
}

/** As many people as wished, put into an account at once, active and without a session. @returns their ids */
export const aCrowd = (accountId: string, howMany: number, told?: Parameters<typeof addCrowd>[3]): Promise<string[]> =>
  addCrowd(store, accountId, howMany, told)

/** Lets a person's deactivation date have passed: by the row, since no clock is faked. */
export async function letDatePass(person: Person): Promise<void> {
  await sql`update users set deactivation_date = '2024-01-01', deactivate_at = '2024-01-01T23:59:00Z' where id = ${person.id}`.execute(
    store,
  )
}

/** Until so many transactions of this database wait for a lock. Fails with a sentence when nobody does. */
export async function somebodyWaits(howMany = 1, withinMs = 5_000): Promise<void> {
  const untilMs = Date.now() + withinMs
  for (;;) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(store)
    if (rows.length >= howMany) return
    if (Date.now() > untilMs)
      throw new Error(`${rows.length} of ${howMany} transactions wait for a lock after ${withinMs} ms.`)
  }
}
