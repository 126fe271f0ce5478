import { sql } from 'kysely'
import { Email, Line } from '#contract/words.ts'
import type { Visit } from '#server/gate/gate.ts'
import { holdPlace, takeTurn, type Work, workFor } from '#server/gate/work.ts'
import { addBecause } from '#server/lifecycle/add.ts'
import { recordEvent } from '#server/lifecycle/history.ts'
import { Problem } from '#server/problem.ts'
import { countAttempt, forgetFlow } from '#server/sign-in/attempts.ts'
import { openSession } from '#server/sign-in/sign-in.ts'
import { type Identity, note, type Provider } from './provider.ts'

/** Somebody whom a provider has named, at their browser. */
interface Arrival {
  readonly provider: Provider
  readonly identity: Identity
  readonly visit: Visit
}

/**
 * Signs somebody in whom a provider has named. Who that is here, issuer and subject say; by a verified e-mail they are
 * connected, and as nobody's they are added, where the provider is set so (R40, T3). Whoever is inactive gets no session
 * and keeps their profile, the refusal is recorded, and nobody is made active by it (R8, R9, C5.58).
 *
 * @throws Problem `account_inactive`, `waits_for_seat`, `not_connected`, `too_many_attempts`
 */
export async function enter(arrival: Arrival, accountId: string): Promise<void> {
  const within = <T>(task: (work: Work) => Promise<T>) => workFor(arrival.visit.database, accountId, 'clock', task)
  const refused =
    (await within((work) => asKnown(work, arrival))) ??
    (await within(async (work) => {
      // Looked at again in turn: of two first sign-ins at once the second finds whom the first has added.
      await takeTurn(work)
      return (await asKnown(work, arrival)) ?? forTheFirstTime(work, arrival)
    }))
  if (refused instanceof Problem) throw refused
}

/** Undefined: nobody is connected with this identity. */
async function asKnown(work: Work, arrival: Arrival): Promise<Problem | 'in' | undefined> {
  const { provider, identity } = arrival
  const { rows } = await sql<{ userId: string }>`
    select user_id from identities where account_id = ${work.accountId} and provider_id = ${provider.id}
      and issuer = ${identity.issuer} and subject = ${identity.subject}
  `.execute(work.db)
  return rows[0] && letIn(work, rows[0].userId, arrival, 'signed_in')
}

async function forTheFirstTime(work: Work, arrival: Arrival): Promise<Problem | 'in'> {
  const { provider, identity } = arrival
  const email = addressOf(provider, identity)
  const userId = email === null ? undefined : await whoHas(work, email)
  if (userId !== undefined && (await mayConnect(work, userId, provider))) {
    const refused = await letIn(work, userId, arrival, 'linked')
    if (refused instanceof Problem) return refused
    await connect(work, userId, arrival)
    return refused
  }
  if (email === null || userId !== undefined || !provider.createsPeople) {
    await note(work, {
      providerId: provider.id,
      userId: null,
      outcome: 'not_connected',
      said: whyNot(provider, identity, userId !== undefined),
    })
    return new Problem('not_connected')
  }
  return addAs(work, email, arrival)
}

/** The address by which they may be connected or added. Null: there is none that is proved, or that counts here. */
function addressOf({ domain }: Provider, { email, isEmailVerified }: Identity): string | null {
  const read = Email.safeParse(email)
  if (!read.success || !isEmailVerified) return null
  return domain === null || read.data.toLowerCase().endsWith(`@${domain}`) ? read.data : null
}

function whyNot({ domain, linksByEmail }: Provider, { email, isEmailVerified }: Identity, isTaken: boolean): string {
  if (email === null) return 'The provider told no e-mail address.'
  if (!isEmailVerified) return `${email} is not verified.`
  if (domain !== null && !email.toLowerCase().endsWith(`@${domain}`)) return `${email} is not under ${domain}.`
  if (!isTaken) return `Nobody here has ${email}.`
  return linksByEmail
    ? `Whoever has ${email} has to connect it under My account.`
    : `Somebody here has ${email}, and is not connected.`
}

async function whoHas({ db, accountId }: Work, email: string): Promise<string | undefined> {
  const { rows } = await sql<{ userId: string }>`
    select user_id from profiles where account_id = ${accountId} and email_key = lower(${email})
  `.execute(db)
  return rows[0]?.userId
}

/**
 * Whether a verified e-mail is enough. Not for the owner: whoever sets the provider up could become them (R36). Not for
 * somebody who is another identity of this provider: the address has been given to somebody else there.
 */
async function mayConnect({ db, accountId }: Work, userId: string, provider: Provider): Promise<boolean> {
  if (!provider.linksByEmail) return false
  const { rows } = await sql<{ may: boolean }>`
    select role <> 'owner' and not exists (
      select from identities where account_id = ${accountId} and user_id = ${userId} and provider_id = ${provider.id} and issuer = ${provider.issuer}
    ) as may from users where account_id = ${accountId} and id = ${userId}
  `.execute(db)
  return rows[0]!.may
}

export async function connect(
  { db, accountId }: Work,
  userId: string,
  { provider, identity: { issuer, subject, email } }: Pick<Arrival, 'provider' | 'identity'>,
): Promise<void> {
  await sql`
    insert into identities (account_id, provider_id, issuer, subject, user_id, email, last_used_at)
    values (${accountId}, ${provider.id}, ${issuer}, ${subject}, ${userId}, ${email}, statement_timestamp())
  `.execute(db)
}

/** Adds a learner, who waits where no seat is free (T3). */
async function addAs(work: Work, email: string, arrival: Arrival): Promise<Problem | 'in'> {
  const { identity, provider } = arrival
  const person = {
    firstName: lineOf(identity.firstName) ?? email.split('@')[0]!.slice(0, 100),
    lastName: lineOf(identity.lastName) ?? email.split('@')[1]!.slice(0, 100),
    email,
    role: 'learner',
    status: 'active',
    departmentId: null,
    groupIds: [],
    jobTitle: null,
    phone: null,
    hireDate: null,
    language: null,
    custom: {},
    managedDepartmentIds: [],
    invite: false,
  } as const
  const { people, waiting } = await addBecause(
    work,
    { people: [{ ...person, groupIds: [], managedDepartmentIds: [] }] },
    'provisioning',
  )
  const { userId } = people[0]!
  await connect(work, userId, arrival)
  if (waiting === 0) return letIn(work, userId, arrival, 'created')
  await note(work, { providerId: provider.id, userId, outcome: 'waits_for_seat' })
  return new Problem('waits_for_seat')
}

function lineOf(told: string | null): string | null {
  const read = Line(100).safeParse(told)
  return read.success ? read.data : null
}

/**
 * Opens a session, if its person is in and stays so until it is stored (S3). A Problem: they are out, and it is recorded,
 * but not more often than a password would be.
 */
async function letIn(
  work: Work,
  userId: string,
  { provider, identity, visit }: Arrival,
  outcome: 'signed_in' | 'linked' | 'created',
): Promise<Problem | 'in'> {
  const { db, accountId } = work
  await holdPlace(work, userId)
  const { rows } = await sql<{ isIn: boolean; waits: boolean }>`
    select exists (select from active_users as a where a.account_id = u.account_id and a.id = u.id) as is_in,
      u.status_cause = 'seat_limit' as waits
    from users as u where account_id = ${accountId} and id = ${userId}
  `.execute(db)
  const person = rows[0]
  if (!person) return new Problem('not_connected')
  if (!person.isIn) {
    const tooMany = await countAttempt(work, { person: userId, address: null })
    if (tooMany) return tooMany
    const code = person.waits ? 'waits_for_seat' : 'account_inactive'
    await recordEvent(work, { userId, change: 'sign_in_refused', reason: 'Single sign-on' })
    await note(work, { providerId: provider.id, userId, outcome: code })
    return new Problem(code)
  }
  const { issuer, subject, session } = identity
  await openSession(work, userId, visit, { providerId: provider.id, subject, session })
  await sql`
    update identities set last_used_at = statement_timestamp()
    where account_id = ${accountId} and provider_id = ${provider.id} and issuer = ${issuer} and subject = ${subject}
  `.execute(db)
  await forgetFlow(work, visit.address)
  await note(work, { providerId: provider.id, userId, outcome })
  return 'in'
}
