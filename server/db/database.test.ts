import { createServer, type AddressInfo } from 'node:net'
import { type CompiledQuery, sql } from 'kysely'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { Line } from '#tests/harness/line.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { allowTime, anyOf, connect, connectOnce, isUnavailable } from './database.ts'

const urls = await freshDatabase()
const database = connect(urls.appUrl)
afterAll(() => database.destroy())

/** What a promise was rejected with, and after how many milliseconds. */
async function failure(promise: Promise<unknown>) {
  const start = performance.now()
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { error, unavailable: isUnavailable(error), ms: performance.now() - start }
}

test('a date stays the string it is, a moment is ISO text, a count is a number', async () => {
  const { rows } =
    await sql`select date '2026-12-12' as day, timestamptz '2026-12-12 23:59+01' as moment, count(*) as people from users`.execute(
      database,
    )
  expect(rows).toEqual([{ day: '2026-12-12', moment: '2026-12-12T22:59:00.000Z', people: 0 }])
})

test('anyOf takes any number of ids, none included', async () => {
  const ids = ['0199c0de-0000-7000-8000-000000000001', '0199c0de-0000-7000-8000-000000000002']
  const found = async (asked: string[]) =>
    (
      await sql<{ id: string }>`select id from unnest(${ids}::uuid[]) as id where id = ${anyOf(asked)}`.execute(
        database,
      )
    ).rows.length
  expect([await found([]), await found(ids.slice(1)), await found(ids)]).toEqual([0, 1, 2])
})

test('a parameterised text is prepared once for each connection, a long list of parameters never', async () => {
  const one = connect(urls.appUrl, { max: 1 })
  onTestFinished(() => one.destroy())
  for (let round = 0; round < 3; round++) await sql`select ${'a'}::text as once_each_connection`.execute(one)
  await sql`select ${sql.join(Array.from({ length: 50 }, (_, index) => sql`${index}::int`))} as never_prepared`.execute(
    one,
  )

  const { rows } = await sql<{ statement: string; uses: number }>`
    select statement, generic_plans + custom_plans as uses from pg_prepared_statements`.execute(one)
  expect(rows).toEqual([{ statement: 'select $1::text as once_each_connection', uses: 3 }])
})

test('R12 behind a pooler nothing is prepared or left on a connection, and the limit is set in the transaction', async () => {
  const pooled = connect(urls.appUrl, { max: 1, pooler: 'transaction' })
  onTestFinished(() => pooled.destroy())
  const limit = (db: typeof pooled) =>
    sql<{ limit: string }>`select current_setting('statement_timeout') as "limit", ${1}::int`
      .execute(db)
      .then(({ rows }) => rows[0]!.limit)
  expect(await pooled.transaction().execute(limit)).toBe('2s')
  expect(await pooled.transaction().setAccessMode('read write').execute(limit)).toBe('2s')
  expect(await pooled.transaction().setAccessMode('read only').execute(limit)).toBe('2s')
  expect(await limit(pooled)).toBe('0')
  expect((await sql`select from pg_prepared_statements`.execute(pooled)).rows).toEqual([])
})

test('R45 a database that is killed in the moment in which it lets us in ends a request, not the process', async () => {
  const message = (type: string, ...parts: (number | string)[]) => {
    const body = Buffer.concat(
      parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))),
    )
    const head = Buffer.alloc(5)
    head.write(type)
    head.writeInt32BE(body.length + 4, 1)
    return Buffer.concat([head, body])
  }
  const welcome = [message('R', 0, 0, 0, 0), message('Z', 'I')]
  const end = message('E', 'SFATAL\0', 'C57P01\0', 'Mterminating connection\0', 0)
  const killed = createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(Buffer.concat([...welcome, end])))
  })
  await new Promise<void>((resolve) => killed.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => killed.close(() => resolve())))
  const database = connect(`postgres://app:app@127.0.0.1:${(killed.address() as AddressInfo).port}/rollcall`)
  onTestFinished(() => database.destroy())

  const { unavailable } = await failure(sql`select 1`.execute(database))
  expect(unavailable).toBe(true)
})

test('when another node has migrated, a prepared statement fails once at most', async () => {
  const owner = await connectOnce(urls.ownerUrl)
  onTestFinished(() => owner.end())
  await owner.query(
    'create table things (a int); insert into things values (1); grant select on things to rollcall_app',
  )
  const look = () => sql`select * from things where a = ${1}`.execute(database).then(({ rows }) => rows)
  expect(await look()).toEqual([{ a: 1 }])

  await owner.query('alter table things add b int default 2')
  expect(await failure(look())).toMatchObject({ unavailable: true })
  const after = [{ a: 1, b: 2 }]
  expect(await Promise.all([look(), look(), look()])).toEqual([after, after, after])
})

test('statements that are sent together are one transaction: after one that fails none is done', async () => {
  const one = connect(urls.appUrl, { max: 1 })
  const owner = await connectOnce(urls.ownerUrl)
  onTestFinished(() => Promise.all([one.destroy(), owner.end()]).then(() => {}))
  await owner.query('create table notes (a int); grant select, insert on notes to rollcall_app')
  const together = (by: number) =>
    one.executeQuery({
      ...sql`select ${10}::int / ${by}::int as ten`.compile(one),
      before: sql`insert into notes values (${by}) returning a`.compile(one),
    } as CompiledQuery)
  await expect(together(0)).rejects.toThrow('division by zero')
  expect((await together(5)).rows).toEqual([{ a: 5 }, { ten: 2 }])
  await expect(together(0)).rejects.toThrow('division by zero')
  expect((await sql`select * from notes`.execute(one)).rows).toEqual([{ a: 5 }])
})

test('R12 a statement that takes longer than 2 s is refused, one that was allowed time is not', async () => {
  const slow = sql`select pg_sleep(2.2)`
  const refused = await failure(slow.execute(database))
  expect(refused).toMatchObject({ unavailable: true })
  expect(refused.ms).toBeGreaterThan(1_900)

  await database.transaction().execute(async (db) => {
    await allowTime(db, 5_000)
    await slow.execute(db)
  })
  // The allowance ended with its transaction, on the same connections.
  const again = await Promise.all(Array.from({ length: 3 }, () => failure(slow.execute(database))))
  expect(again.map((each) => each.unavailable)).toEqual([true, true, true])
})

test('R12 a database that falls silent fails each request within 2 s, and serves again when it speaks', async () => {
  const line = await new Line(urls.appUrl).start()
  const application = connect(line.over(urls.appUrl), { max: 2 })
  onTestFinished(async () => {
    await line.stop()
    await application.destroy()
  })
  const request = () =>
    application.transaction().execute((db) => sql`select ${1}::int as one`.execute(db).then(({ rows }) => rows))
  await Promise.all([request(), request()])

  line.die()
  // More requests than connections: some lose theirs, some wait for one, some find that none can be made.
  const lost = await Promise.all(Array.from({ length: 6 }, () => failure(request())))
  const next = await failure(request())
  for (const { error, unavailable, ms } of [...lost, next]) {
    expect([unavailable, String(error)]).toEqual([true, expect.anything()])
    expect(ms).toBeLessThan(2_500)
  }

  line.mend()
  expect(await request()).toEqual([{ one: 1 }])
})

test('what is no fault of the way to the database is not called unavailable', async () => {
  const { error, unavailable } = await failure(sql`select 1 / ${0}::int`.execute(database))
  expect(String(error)).toContain('division by zero')
  expect(unavailable).toBe(false)
})

test('a database that cannot be entered is named, and the reason told', async () => {
  const nowhere = Object.assign(new URL(urls.appUrl), { port: '1' }).href
  await expect(connectOnce(nowhere)).rejects.toThrow(
    /The database test_\w+ at 127\.0\.0\.1:1 cannot be entered: .*ECONNREFUSED/,
  )
})
