import { sql } from 'kysely'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'

/**
 * Counts anew how far enrollments are, by `recount()` in the schema: what was completed once stays so, and what is
 * complete since now gives its certificate.
 *
 * `courseId`: all that is open in a course whose outline was changed; of those who are out, when they return (C7.77).
 */
export async function recount(
  { db, accountId }: Work,
  which: { readonly enrollmentIds: readonly string[] } | { readonly courseId: string },
): Promise<void> {
  if ('enrollmentIds' in which) {
    await sql`select recount(${accountId}, ${which.enrollmentIds}::uuid[])`.execute(db)
    return
  }
  // A course may have a hundred thousand learners.
  await allowTime(db, 5 * 60_000)
  await sql`select recount_course(${accountId}, ${which.courseId})`.execute(db)
}
