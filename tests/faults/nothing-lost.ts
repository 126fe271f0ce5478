import { expect } from 'vitest'
import { type Connection, connectOnce } from '#server/db/database.ts'

interface Acknowledged {
  /** People the end of whose access was acknowledged. */
  readonly out?: Iterable<string>
  /** People who are in, whatever happened. */
  readonly in?: Iterable<string>
}

/**
 * What holds after every fault (R14, R25, R45, R49), in all accounts: what was acknowledged is so; the history of each
 * person leads to what they are, by changes none of which is there twice; seats used are those counted; operations,
 * their events and the mails that they caused add up; and the seals of the history hold.
 *
 * @param adminUrl of a database that nobody changes any more
 */
export async function nothingLost(adminUrl: string, acknowledged: Acknowledged = {}): Promise<void> {
  const connection = await connectOnce(adminUrl)
  const found = async (text: string, values?: unknown[]): Promise<unknown[]> =>
    (await connection.query(text, values)).rows
  try {
    const isIn =
      'select from users where id = asked and status = $2 and (deactivate_at is null or deactivate_at > now())'
    const out = [...(acknowledged.out ?? [])]
    const inside = [...(acknowledged.in ?? [])]
    expect(
      {
        'let in': await found(`select asked from unnest($1::uuid[]) as asked where exists (${isIn})`, [out, 'active']),
        'shut out': await found(`select asked from unnest($1::uuid[]) as asked where not exists (${isIn})`, [
          inside,
          'active',
        ]),
        'with a history that does not lead to what they are': await found(brokenHistories),
        'operations that do not add up': await found(oddOperations),
        'with a mail too many': await found(mailsTooMany),
      },
      'after the fault',
    ).toEqual({
      'let in': [],
      'shut out': [],
      'with a history that does not lead to what they are': [],
      'operations that do not add up': [],
      'with a mail too many': [],
    })
    for (const { id } of (await found('select id from accounts')) as { id: string }[])
      await soundAccount(connection, id)
  } finally {
    await connection.end()
  }
}

/** T1 and R49, of one account. What it does to look is undone. */
async function soundAccount(connection: Connection, accountId: string): Promise<void> {
  await connection.query('begin')
  // The nodes may be sealing it.
  await connection.query('select pg_advisory_xact_lock(turn_lock($1))', [accountId])
  await connection.query("select set_config('app.account_id', $1, true)", [accountId])
  await connection.query('update accounts set seat_limit = 10000000 where id = $1', [accountId])
  const { rows: seats } = await connection.query<{ used: number; counted: number }>(
    `select 10000000 - seats_free($1) as used, (select count(*)::integer from users
      where account_id = $1 and status = 'active' and (deactivate_at is null or deactivate_at > statement_timestamp())) as counted`,
    [accountId],
  )
  expect(seats[0]!.used, 'seats used are those counted').toBe(seats[0]!.counted)
  // What is older than a minute and no round has come to yet.
  await connection.query('select seal_history($1)', [accountId])
  const { rows: verified } = await connection.query('select broken from verify_history($1)', [accountId])
  expect(verified, 'the seals of the history hold').toEqual([{ broken: null }])
  await connection.query('rollback')
}

/** A change begins where the one before ended; a repetition would begin where none had ended. */
const brokenHistories = `
  select user_id, change, happened_at from (
    select e.*, u.status, lag(to_status) over by_time as before, row_number() over by_time as place,
      lead(e.id) over by_time is null as is_last
    from lifecycle_events as e left join users as u on u.account_id = e.account_id and u.id = e.user_id
    where change <> 'sign_in_refused'
    window by_time as (partition by e.account_id, e.user_id order by e.id)
  ) as told
  where (place > 1 and from_status is distinct from before)
    or (is_last and to_status is distinct from status)
    or (change in ('activated', 'deactivated') and from_status = to_status)
  limit 5`

const oddOperations = `
  select o.id, o.state, o.selected, o.changed, o.remaining, told.* from operations as o
  left join lateral (
    select count(*) as events, count(distinct user_id) as people from lifecycle_events as e
    where e.account_id = o.account_id and e.operation_id = o.id
  ) as told on true
  where told.events <> o.changed or told.people <> o.changed or o.state <> 'finished'
  limit 5`

/** Whoever was added or let in again is told so once each time. */
const mailsTooMany = `
  select told.user_id, told.mails, known.times from (
    select account_id, user_id, count(*) as mails from mails
    where kind in ('invitation', 'welcome_back') group by account_id, user_id
  ) as told join (
    select account_id, user_id, count(*) filter (where change in ('added', 'activated')) as times
    from lifecycle_events group by account_id, user_id having bool_or(change = 'activated')
  ) as known using (account_id, user_id)
  where told.mails > known.times
  limit 5`
