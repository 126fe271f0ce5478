import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'

/** Takes into the sums of the reports what was learnt since the last time, so that there is little beside them to read. In turn. */
export async function foldLearning({ db, accountId }: Work): Promise<void> {
  await sql`select fold_learning(${accountId})`.execute(db)
}
