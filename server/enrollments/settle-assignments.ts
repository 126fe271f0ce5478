import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'

/** Enrolls whoever came to belong somewhere, or returned, at the very moment at which a course was given there (C7.76, S5). */
export async function settleAssignments({ db, accountId }: Work): Promise<void> {
  await sql`select settle_assignments(${accountId})`.execute(db)
}
