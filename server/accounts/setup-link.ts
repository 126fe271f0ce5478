import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { checkSetupLink } from '#contract/accounts.ts'
import type { Database } from '#server/db/database.ts'
import { hashOf, newToken } from '#server/gate/credential.ts'
import type { Visit } from '#server/gate/gate.ts'
import { Problem } from '#server/problem.ts'

/**
 * A new one-time link to set up an installation that has no account yet, so that nobody but who reads the server's
 * output can. Null when there is an account.
 */
export async function setupLink(database: Database): Promise<string | null> {
  const token = newToken()
  const { rows } = await sql<{ isNew: boolean }>`select remember_setup_link(${hashOf(token)}) as is_new`.execute(
    database,
  )
  return rows[0]!.isNew ? `/setup?token=${token}` : null
}

/** @throws Problem `setup_closed` */
export async function checkLink({ database }: Visit, { token }: Input<typeof checkSetupLink>) {
  const { rows } = await sql<{ isValid: boolean }>`select setup_link_is_valid(${hashOf(token)}) as is_valid`.execute(
    database,
  )
  if (!rows[0]!.isValid) throw new Problem('setup_closed')
  return { done: true } as const
}
