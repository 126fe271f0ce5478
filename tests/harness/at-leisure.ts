import type { Transaction } from 'kysely'
import { allowTime, type Database, type Tables } from '#server/db/database.ts'

/** Past the 2 s that a statement of the application may take: to build a large scene, or to count it, on a busy machine. */
export const atLeisure = <T>(store: Database, task: (db: Transaction<Tables>) => Promise<T>): Promise<T> =>
  store.transaction().execute(async (db) => {
    await allowTime(db, 5 * 60_000)
    return task(db)
  })
