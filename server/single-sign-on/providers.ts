import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type {
  addOidcProvider,
  addSamlProvider,
  deleteIdentityProvider,
  editOidcProvider,
  editSamlProvider,
  editSingleSignOn,
  IdentityProvider,
  listIdentityProviders,
  listProviderSignIns,
  ProviderSignIn,
  testIdentityProvider,
} from '#contract/single-sign-on.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Steps } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { liesWithin } from '#server/outside.ts'
import { Problem } from '#server/problem.ts'
import { thisOne } from '#server/sign-in/sessions.ts'
import { type Allowance, askProvider, saidBy } from './ask-provider.ts'
import { discover } from './oidc.ts'
import type { Provider } from './provider.ts'
import { certificateOf, endOf } from './saml-metadata.ts'

const done = { done: true } as const

/** The secret of a client is in no answer. */
export async function providers({ db, accountId }: Work): Promise<Answer<typeof listIdentityProviders>> {
  const { rows: items } = await sql<IdentityProvider>`
    select p.id, p.kind, p.name, p.is_on, p.issuer, p.creates_people, p.links_by_email, p.domain, p.client_id,
      p.client_secret is not null as has_secret, p.scopes, p.trusts_email, p.entry_point, p.certificates,
      (select count(*) from identities as i where i.account_id = p.account_id and i.provider_id = p.id and i.issuer = p.issuer)::integer as people,
      (select max(i.last_used_at) from identities as i where i.account_id = p.account_id and i.provider_id = p.id) as last_sign_in_at,
      case when last.outcome not in ('signed_in', 'created', 'linked', 'connected') then last.outcome end as last_refusal
    from identity_providers as p
    left join lateral (
      select outcome from provider_sign_ins as s where s.account_id = p.account_id and s.provider_id = p.id order by s.id desc limit 1
    ) as last on true
    where p.account_id = ${accountId} order by p.made_at, p.id
  `.execute(db)
  const { onlySingleSignOn } = await db
    .selectFrom('accounts')
    .select('onlySingleSignOn')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  return { items, onlySingleSignOn }
}

/** @throws Problem `name_taken`, `private_address`, `invalid_input` */
export const addOidc =
  (allowed: Allowance) =>
  async (work: Work, told: Input<typeof addOidcProvider>): Promise<{ id: string }> => {
    refuseAddress(told.issuer, allowed)
    return insert(work, 'oidc', told)
  }

/** @throws Problem `not_found`, `name_taken`, `private_address`, `needs_provider`, `invalid_input` */
export const editOidc =
  (allowed: Allowance) =>
  async (work: Work, { providerId, ...told }: Input<typeof editOidcProvider>) => {
    if (told.issuer !== undefined) refuseAddress(told.issuer, allowed)
    await change(work, 'oidc', providerId, told)
    return done
  }

/** @throws Problem `name_taken`, `invalid_input` */
export async function addSaml(work: Work, told: Input<typeof addSamlProvider>): Promise<{ id: string }> {
  return insert(work, 'saml', { ...told, certificates: asKept(told.certificates) })
}

async function insert(
  { db, accountId }: Work,
  kind: Provider['kind'],
  { id, ...told }: Input<typeof addOidcProvider> | Input<typeof addSamlProvider>,
): Promise<{ id: string }> {
  const added = await db
    .insertInto('identityProviders')
    .values({ accountId, kind, ...(id !== undefined && { id }), ...told })
    .onConflict((conflict) => conflict.columns(['accountId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!added)
    throw new Problem('invalid_input', { where: [{ at: 'id', message: 'There is one with this id. Make another.' }] })
  return added
}

/**
 * With a certificate of theirs somebody could come as anybody who is connected. So whoever is above the one who changes
 * it connects anew (R36).
 *
 * @throws Problem `not_found`, `name_taken`, `needs_provider`, `invalid_input`
 */
export async function editSaml(work: Work, { providerId, ...told }: Input<typeof editSamlProvider>) {
  const { certificates, ...rest } = told
  await change(work, 'saml', providerId, {
    ...rest,
    ...(certificates !== undefined && { certificates: asKept(certificates) }),
  })
  const isAnother = certificates !== undefined || told.entryPoint !== undefined || told.issuer !== undefined
  if (isAnother && work.actor.role !== 'owner') {
    await sql`
      delete from identities as i using users as u where i.account_id = ${work.accountId} and i.provider_id = ${providerId}
        and u.account_id = i.account_id and u.id = i.user_id and u.role = 'owner'
    `.execute(work.db)
  }
  return done
}

type Told = Omit<Input<typeof editOidcProvider> & Input<typeof editSamlProvider>, 'providerId'>

async function change(
  work: Work,
  kind: Provider['kind'],
  providerId: string,
  told: { [Name in keyof Told]?: Told[Name] | undefined },
): Promise<void> {
  const set = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined))
  const found = await work.db
    .selectFrom('identityProviders')
    .select('id')
    .where('accountId', '=', work.accountId)
    .where('id', '=', providerId)
    .where('kind', '=', kind)
    .executeTakeFirst()
  if (!found) throw new Problem('not_found')
  if (Object.keys(set).length > 0) {
    await work.db
      .updateTable('identityProviders')
      .set(set)
      .where('accountId', '=', work.accountId)
      .where('id', '=', providerId)
      .execute()
  }
  if (told.isOn === false) await refuseWithoutProvider(work)
}

/** @throws Problem `not_found`, `needs_provider` */
export async function remove(work: Work, { providerId }: Input<typeof deleteIdentityProvider>) {
  const { numDeletedRows } = await work.db
    .deleteFrom('identityProviders')
    .where('accountId', '=', work.accountId)
    .where('id', '=', providerId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new Problem('not_found')
  await refuseWithoutProvider(work)
  return done
}

/**
 * Lets people in by single sign-on alone, or by passwords again. Sessions that a password opened end, but for the owner's
 * and the one at which it is said.
 *
 * @throws Problem `needs_provider`
 */
export async function editOnly(work: Work, { onlySingleSignOn }: Input<typeof editSingleSignOn>) {
  const { db, accountId, actor } = work
  await db.updateTable('accounts').set({ onlySingleSignOn }).where('id', '=', accountId).execute()
  await refuseWithoutProvider(work)
  if (onlySingleSignOn) {
    await sql`
      delete from sessions as s using users as u where s.account_id = ${accountId} and s.provider_id is null and s.id <> ${thisOne(actor)}
        and u.account_id = s.account_id and u.id = s.user_id and u.role <> 'owner'
    `.execute(db)
  }
  return done
}

/** Nobody may be left without a way in. The account is locked first: of two who turn off the last two, one is refused. */
async function refuseWithoutProvider({ db, accountId }: Work): Promise<void> {
  await sql`select from accounts where id = ${accountId} for no key update`.execute(db)
  const { rows } = await sql<{ isStranded: boolean }>`
    select only_single_sign_on and not exists (select from identity_providers where account_id = ${accountId} and is_on) as is_stranded
    from accounts where id = ${accountId}
  `.execute(db)
  if (rows[0]!.isStranded) throw new Problem('needs_provider')
}

/** @throws Problem `not_found` */
export const tryOut =
  (allowed: Allowance) =>
  async (
    { step }: Steps,
    { providerId }: Input<typeof testIdentityProvider>,
  ): Promise<Answer<typeof testIdentityProvider>> => {
    const provider = await step(async ({ db, accountId }) => {
      const { rows } = await sql<Provider>`
        select * from identity_providers where account_id = ${accountId} and id = ${providerId}
      `.execute(db)
      if (!rows[0]) throw new Problem('not_found')
      return rows[0]
    })
    try {
      if (provider.kind === 'oidc') await discover(provider, allowed)
      else {
        if (provider.certificates.every((certificate) => endOf(certificate).getTime() < Date.now()))
          throw new Error('its certificate has expired')
        await askProvider(provider.entryPoint, {}, allowed)
      }
      return { works: true, said: null }
    } catch (error) {
      return { works: false, said: saidBy(error) }
    }
  }

/** @throws Problem `not_found`, `wrong_cursor` */
export async function signIns(
  { db, accountId }: Work,
  { providerId, cursor, limit }: Input<typeof listProviderSignIns>,
): Promise<Answer<typeof listProviderSignIns>> {
  const { rows: found } =
    await sql`select from identity_providers where account_id = ${accountId} and id = ${providerId}`.execute(db)
  if (found.length === 0) throw new Problem('not_found')
  const boundTo = ['provider sign-ins', providerId]
  const [after] = placeOf(boundTo, cursor) ?? []
  const { rows } = await sql<ProviderSignIn>`
    select s.id, p.first_name || ' ' || p.last_name as user_name, s.happened_at, s.outcome, s.said
    from provider_sign_ins as s left join profiles as p on p.account_id = s.account_id and p.user_id = s.user_id
    where s.account_id = ${accountId} and s.provider_id = ${providerId} and (${after ?? null}::uuid is null or s.id < ${after ?? null}::uuid)
    order by s.id desc limit ${limit + 1}
  `.execute(db)
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? cursorFor(boundTo, [items.at(-1)!.id]) : null, previous: null }
}

/** Told early where the address itself says it; a name is looked at each time that it is asked. */
function refuseAddress(issuer: string, { identityProvidersMayBePrivate }: Allowance): void {
  if (identityProvidersMayBePrivate) return
  if (liesWithin(issuer)) throw new Problem('private_address')
  if (!issuer.startsWith('https:'))
    throw new Problem('invalid_input', { where: [{ at: 'issuer', message: 'Give an address with https.' }] })
}

function asKept(typed: readonly string[]): string[] {
  const kept = typed.map(certificateOf)
  const where = kept.flatMap((one, place) =>
    one === null ? [{ at: `certificates.${place}`, message: 'This is no certificate: copy all of it.' }] : [],
  )
  if (where.length > 0) throw new Problem('invalid_input', { where })
  return kept.filter((one) => one !== null)
}
