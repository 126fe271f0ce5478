import { sql } from 'kysely'
import { allows, type Role } from '#contract/roles.ts'
import type { Token, TokenScope } from '#contract/tokens.ts'
import { addFor, end, tokens } from '#server/tokens/tokens.ts'
import { describe, inAccount, Mistake, userByEmail } from './installation.ts'

/*
 * No API token makes tokens (R39). The operator does, who could give themselves any password as well; what is made here
 * is of the account, so that every administrator sees it and may end it.
 */

/** All tokens of an account, also those of its people. */
export const listTokens = (account: string): Promise<Token[]> =>
  inAccount(account, async (work) => (await tokens(work)).items)

/**
 * A token of the account that acts as one of those who manage it. @returns it, which is shown nowhere else again
 *
 * @throws Mistake
 */
export const addToken = (
  account: string,
  told: { name: string; as?: string; scopes: readonly TokenScope[]; days: number | null },
): Promise<{ id: string; token: string; as: string }> =>
  inAccount(account, async (work) => {
    const as = told.as ?? (await describe(work)).owner
    const userId = await userByEmail(work, as)
    const { rows } = await sql<{ role: Role }>`
      select role from active_users where account_id = ${work.accountId} and id = ${userId}`.execute(work.db)
    if (!rows[0] || !allows('account', rows[0].role))
      throw new Mistake(`${as} is no active owner or administrator. A token of the account acts as one of them.`)
    const { name, scopes, days } = told
    return { ...(await addFor(work, userId, { name, scopes, days, kind: 'account' })), as }
  })

/** Ends a token; it is refused from the next request on. @throws Problem `not_found` */
export const revokeToken = (account: string, tokenId: string): Promise<{ done: true }> =>
  inAccount(account, (work) => end(work, { tokenId }))
