import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { activateUsers } from '#contract/lifecycle.ts'
import type { StatusCause } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { changePeople, type Operated } from './change.ts'
import { allowTimeFor, alreadySo, meant, refusalFor, type Target } from './meant.ts'

/** Active again, without the date of before (D3). */
const active = (cause: StatusCause): Target => ({
  status: sql`'active'`,
  cause: sql`${cause}`,
  deactivationDate: sql`null`,
  deactivateAt: sql`null`,
})

/**
 * Lets the people meant in again, with everything they had (S5). Each takes a seat; with too few of them nobody comes
 * in, or, with `fill`, as many as fit, those who wait longest first (T4). Courses that they were given meanwhile are
 * theirs with the same commit, by the schema; last days that passed are treated as asked (C7.76, C7.79).
 *
 * @throws Problem `no_free_seats`
 */
export const activate = (work: Work, input: Input<typeof activateUsers>): Promise<Operated> =>
  activateBecause(work, input, 'administrator')

/** The same, for another cause than that an administrator wanted it. */
export async function activateBecause(
  work: Work,
  { users, confirmCount, ...request }: Input<typeof activateUsers>,
  cause: StatusCause,
): Promise<Operated> {
  const { mode, dueDates, reason } = request
  await allowTimeFor(work, users)
  const asked = { refusal: refusalFor(work, 'activate'), already: alreadySo('activate'), target: active(cause) }
  const operated = await changePeople(work, {
    kind: 'activate',
    meant: meant(work, users, asked),
    mode,
    cause,
    reason,
    request,
    confirmCount,
  })
  if (dueDates !== 'keep')
    await sql`select move_due_dates(${work.accountId}, ${operated.operation.id}, ${dueDates}, ${'ids' in users ? users.ids : null})`.execute(
      work.db,
    )
  return operated
}

/** T3: fills free seats from the waiting list, where the account turned that on. @returns how many came in */
export async function fillFromWaiting(work: Work): Promise<number> {
  const { db, accountId } = work
  const { rows } = await sql<{ free: number | null }>`
    select seats_free(id) as free from accounts
    where id = ${accountId} and fill_from_waiting and exists (
      select from users where account_id = ${accountId} and status = 'inactive' and status_cause = 'seat_limit'
    )
  `.execute(db)
  // Not turned on, nobody waits, or no seat is free.
  if (!rows[0] || (rows[0].free ?? Infinity) <= 0) return 0
  const users = { filter: { status: ['waiting' as const] }, except: [] }
  const asked = {
    refusal: refusalFor(work, 'activate'),
    already: alreadySo('activate'),
    target: active('administrator'),
  }
  const { operation } = await changePeople(work, {
    kind: 'activate',
    meant: meant(work, users, asked),
    mode: 'fill',
    cause: 'seat_limit',
  })
  return operation.changed
}
