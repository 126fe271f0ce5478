import { sql } from 'kysely'
import { Id } from '#contract/words.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

interface Common {
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly createsPeople: boolean
  readonly linksByEmail: boolean
  readonly domain: string | null
}

export interface OidcProvider extends Common {
  readonly kind: 'oidc'
  readonly clientId: string
  readonly clientSecret: string | null
  readonly scopes: string
  readonly trustsEmail: boolean
}

export interface SamlProvider extends Common {
  readonly kind: 'saml'
  readonly entryPoint: string
  readonly certificates: string[]
}

export type Provider = OidcProvider | SamlProvider

/** Whom a provider says that somebody is. Everything in it was proved by the protocol. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
  /** What the provider calls its own session. */
  readonly session: string | null
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly firstName: string | null
  readonly lastName: string | null
}

/** A provider of the account by which somebody may sign in now. @throws Problem `not_found` */
export async function providerOf<Kind extends Provider['kind']>(
  { db, accountId }: Work,
  id: string | undefined,
  kind?: Kind,
): Promise<Extract<Provider, { kind: Kind }>> {
  if (!Id.safeParse(id).success) throw new Problem('not_found')
  const { rows } = await sql<Extract<Provider, { kind: Kind }>>`
    select * from identity_providers
    where account_id = ${accountId} and id = ${id} and is_on and kind = coalesce(${kind ?? null}::provider_kind, kind)
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  return rows[0]
}

interface Came {
  readonly providerId: string
  readonly userId: string | null
  /** What happened, or the code of the refusal. */
  readonly outcome: string
  readonly said?: string
}

/** Notes what became of somebody who came back from a provider, for whoever looks after it. */
export async function note({ db, accountId }: Work, { providerId, userId, outcome, said }: Came): Promise<void> {
  await sql`
    insert into provider_sign_ins (account_id, provider_id, user_id, outcome, said)
    values (${accountId}, ${providerId}, ${userId}, ${outcome}, ${said ?? null})
  `.execute(db)
}
