import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { deactivateUsers } from '#contract/lifecycle.ts'
import type { StatusCause } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { changePeople, type Operated } from './change.ts'
import { endOfAccessAhead } from './end-of-access.ts'
import { allowTimeFor, alreadySo, listed, meant, refusalFor, type Target } from './meant.ts'

/** Inactive, and no date left that could end anything (D3). */
const inactive = (cause: StatusCause): Target => ({
  status: sql`'inactive'`,
  cause: sql`${cause}`,
  deactivationDate: sql`null`,
  deactivateAt: sql`null`,
})

/**
 * Ends the access of the people meant: now, or on a calendar date (S3, D1). One person is a selection of one.
 *
 * @throws Problem `date_in_past`, `date_too_far` (D2)
 */
export const deactivate = (work: Work, input: Input<typeof deactivateUsers>): Promise<Operated> =>
  deactivateBecause(work, input, 'administrator')

/** The same, for another cause than that an administrator wanted it. */
export async function deactivateBecause(
  work: Work,
  { users, confirmCount, ...request }: Input<typeof deactivateUsers>,
  cause: StatusCause,
): Promise<Operated> {
  const { deactivationDate, keepEarlierDate, reason } = request
  await allowTimeFor(work, users)
  if (deactivationDate === undefined) {
    const asked = { refusal: refusalFor(work, 'deactivate'), already: alreadySo('deactivate'), target: inactive(cause) }
    return changePeople(work, {
      kind: 'deactivate',
      meant: meant(work, users, asked),
      ids: listed(users),
      cause,
      reason,
      request,
      confirmCount,
    })
  }

  const target: Target = {
    status: sql`u.status`,
    cause: sql`u.status_cause`,
    deactivationDate: sql`${deactivationDate}`,
    deactivateAt: sql`${await endOfAccessAhead(work, deactivationDate)}`,
  }
  const already = alreadySo('schedule', { deactivationDate, keepEarlierDate })
  const rows = meant(work, users, { refusal: refusalFor(work, 'schedule'), already, target })
  return changePeople(work, {
    kind: 'schedule',
    meant: rows,
    ids: listed(users),
    reason,
    deactivationDate,
    request,
    confirmCount,
  })
}
