import { sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import type { getWelcome } from '#contract/sign-in.ts'
import type { Visit } from '#server/gate/gate.ts'
import { workFor } from '#server/gate/work.ts'
import { accountAt } from './sign-in.ts'

/** What stands at this address, for whoever opens it. */
export async function welcome({ database, host }: Visit): Promise<Answer<typeof getWelcome>> {
  const accountId = await accountAt(database, host)
  if (accountId) {
    return workFor(database, accountId, 'clock', async ({ db }) => {
      const { name } = await db
        .selectFrom('accounts')
        .select('name')
        .where('id', '=', accountId)
        .executeTakeFirstOrThrow()
      return { state: 'account', accountName: name }
    })
  }
  const { rows } = await sql<{ hasAccount: boolean }>`select any_account() as has_account`.execute(database)
  return { state: rows[0]!.hasAccount ? 'no_account_here' : 'not_set_up', accountName: null }
}
