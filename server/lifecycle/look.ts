import { sql } from 'kysely'
import { anyOf } from '#server/db/database.ts'
import { holdOff, type Work } from '#server/gate/work.ts'
import type { ChangeOfPeople } from './change.ts'
import { puttingInLine } from './put-in-line.ts'
import { isDue, settleDue } from './settle.ts'

/** Whom a change means. */
export interface Seen {
  readonly selected: number
  readonly changing: number
  readonly gaining: number
  /** Whose own work was waited for, so that it has run out (S3). Null: everybody's. */
  readonly held: readonly string[] | null
  /** The operation that was put in line, since so many are meant. */
  readonly operationId: string | null
}

/** From so many people on, all work of the account is held off: one lock instead of one for each. */
const mostLocks = 200

/** Rows as `meant()` makes them, with what would come of each. */
export const asked = sql`
  select meant.*, refusal is null and not already as changes, to_status = 'active' and not is_active(from_status, from_at) as gains
  from meant`

/** What somebody asks for, and not a piece of it. What has no request is done at once, whatever its size. */
export const isWhole = ({ operationId }: Work, { request }: ChangeOfPeople): boolean =>
  request !== undefined && operationId === undefined

/**
 * For people told one by one, who need no look: waits for their own work where their access ends (S3), and records
 * whoever is due. Only those of this account are held (A1).
 */
export async function holdOffListed(
  work: Work,
  ids: readonly string[],
  { endsAccess }: { endsAccess: boolean },
): Promise<void> {
  const { db, accountId } = work
  const isMany = ids.length > mostLocks
  if (endsAccess && isMany) await holdOff(work, 'many')
  const few = sql`hold_off(array(select id from users where account_id = ${accountId} and id = ${anyOf(ids)}))`
  const { rows } = await sql<{ isDue: boolean }>`
    select ${isDue(work)} as is_due ${endsAccess && !isMany ? sql`, ${few}` : sql``}
  `.execute(db)
  if (rows[0]!.isDue) await settleDue(work)
}

/**
 * Asks once whom a change means, and in the same statement waits for the own work of those whose access it ends (S3),
 * or begins a large operation. Whoever is due is recorded before.
 */
export async function look(work: Work, change: ChangeOfPeople): Promise<Seen> {
  const { db } = work
  const mayWait = isWhole(work, change)
  const statement = () => sql<Seen & { isDue: boolean; losing: number; losers: string[] }>`
    with meant as materialized (${change.meant}),
    judged as materialized (${asked}),
    size as materialized (
      select count(*) as selected, count(*) filter (where changes) as changing, count(*) filter (where changes and gains) as gaining,
        count(*) filter (where changes and to_status = 'inactive') as losing, ${isDue(work)} as is_due
      from judged
    ),
    first as materialized (
      select array(
        select user_id from judged where changes and to_status = 'inactive' limit (select case when losing <= ${mostLocks} then losing else 0 end from size)
      ) as losers
    )
    ${mayWait ? sql`, ${puttingInLine(work, change)}` : sql``}
    select size.*, losers, ${mayWait ? sql`(select id from begun)` : sql`null`} as operation_id,
      case when losing between 1 and ${mostLocks} then hold_off(losers) end
    from size, first
  `
  let { rows } = await statement().execute(db)
  // Somebody's date may pass in between.
  while (rows[0]!.isDue) {
    await settleDue(work)
    rows = (await statement().execute(db)).rows
  }
  const { losing, losers, ...seen } = rows[0]!
  if (seen.operationId !== null) return { ...seen, held: [] }
  const isMany = losing > mostLocks
  if (isMany) await holdOff(work, 'many')
  return { ...seen, held: isMany ? null : losers }
}
