import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'

/** Seals what has happened until a minute ago, so that it shows when anybody changes the history (R49). In turn. */
export async function sealHistory({ db, accountId }: Work): Promise<void> {
  await sql`select seal_history(${accountId})`.execute(db)
}

export interface Verified {
  readonly seals: number
  readonly events: number
  /** The first seal that is not what its events make it, and between which moments they were sealed. Null: all hold. */
  readonly broken: { readonly seal: number; readonly since: string | null; readonly until: string } | null
}

/** Whether the history is what it was when it was sealed (R49). */
export async function verifyHistory({ db, accountId }: Work): Promise<Verified> {
  const { rows } = await sql<{
    seals: number
    events: number
    broken: number | null
    since: string | null
    until: string
  }>`
    select * from verify_history(${accountId})
  `.execute(db)
  const { seals, events, broken, since, until } = rows[0]!
  return { seals, events, broken: broken === null ? null : { seal: broken, since, until } }
}
