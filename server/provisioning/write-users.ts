import { sql } from 'kysely'
import { z } from 'zod'
import { Email, Language, Line } from '#contract/words.ts'
import type { Work } from '#server/gate/work.ts'
import { activateBecause } from '#server/lifecycle/activate.ts'
import { addBecause } from '#server/lifecycle/add.ts'
import type { Operated } from '#server/lifecycle/change.ts'
import { deactivateBecause } from '#server/lifecycle/deactivate.ts'
import { checkProfiles } from '#server/lifecycle/profile-rules.ts'
import { problemOf, refuseUnlessAllowed } from '#server/lifecycle/refuse.ts'
import { writeProfiles } from '#server/people/write-profiles.ts'
import { Problem } from '#server/problem.ts'
import type { Told } from './attributes.ts'
import { ScimError, wrongValue } from './scim-error.ts'
import type { ScimUser } from './users.ts'

type Language = z.output<typeof Language>

/** Says in the log of calls what of a request was left out. */
export type Remark = (sentence: string) => void

/** What the identity provider calls somebody, in any signs that can be stored. */
export const Opaque = z
  .string()
  .max(500, 'Use at most 500 characters.')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Take out the control characters.')

const shapes = {
  userName: Line(254),
  externalId: Opaque.nullable(),
  displayName: Line(200).nullable(),
  firstName: Line(100),
  lastName: Line(100),
  email: Email,
  jobTitle: Line(200).nullable(),
  phone: Line(50).nullable(),
}
const Fields = z.object(shapes).partial()
type Fields = z.output<typeof Fields>

const namedInScim: Readonly<Record<string, string>> = {
  firstName: 'name.givenName',
  lastName: 'name.familyName',
  email: 'emails',
  jobTitle: 'title',
  phone: 'phoneNumbers',
}

function checked(fields: { [field in keyof Fields]: unknown }): Fields {
  const parsed = Fields.safeParse(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)))
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(
    ({ path: [field], message }) => `${namedInScim[String(field)] ?? String(field)}: ${message}`,
  )
  throw wrongValue(issues.join(' '))
}

/**
 * Adds somebody, as a learner (R36). Without a free seat they are added all the same, inactive, and wait for one (T3, R15).
 * Whoever is here already is not taken over by their e-mail: an administrator is asked to link them (R39).
 *
 * @returns their id, or a refusal that keeps the question to the administrator
 * @throws ScimError `invalidValue`; Problem `user_name_taken`, `external_id_taken`, `email_taken`
 */
export async function add(work: Work, told: Told, remark: Remark): Promise<string | ScimError> {
  if (told.userName === undefined) throw wrongValue('userName is required.')
  const { userName, externalId, displayName, email, ...person } = checked({
    userName: told.userName,
    externalId: told.externalId,
    displayName: told.displayName,
    ...namesOf(told, told.userName),
    email: told.email ?? addressIn(told.userName),
    jobTitle: told.title,
    phone: told.phone,
  })
  const { db, accountId } = work
  const called = {
    userName: userName!,
    externalId: externalId ?? null,
    displayName: displayNameOf(person, displayName) ?? null,
  }
  const { rows: there } = await sql<{ userId: string; isManaged: boolean }>`
    select p.user_id, s.user_id is not null as is_managed from profiles as p
    left join scim_users as s on s.account_id = p.account_id and s.user_id = p.user_id
    where p.account_id = ${accountId} and p.email_key = lower(${email})
  `.execute(db)
  if (there[0] && !there[0].isManaged) return askToLink(work, { ...called, userId: there[0].userId })
  const { people } = await addBecause(
    work,
    {
      people: [
        {
          firstName: person.firstName!,
          lastName: person.lastName!,
          email: email!,
          role: 'learner',
          departmentId: (await departmentOf(work, told.department, remark)) ?? null,
          groupIds: [],
          jobTitle: person.jobTitle ?? null,
          phone: person.phone ?? null,
          hireDate: null,
          language: languageOf(told.preferredLanguage, remark) ?? null,
          custom: {},
          managedDepartmentIds: [],
          invite: false,
          status: told.active === false ? 'inactive' : 'active',
        },
      ],
    },
    'provisioning',
  )
  const { userId, statusCause } = people[0]!
  if (statusCause === 'seat_limit') remark('No seat is free: they wait for one.')
  await db
    .insertInto('scimUsers')
    .values({ accountId, userId, ...called })
    .execute()
  return userId
}

async function askToLink(
  { db, accountId }: Work,
  asked: { userId: string; userName: string; externalId: string | null; displayName: string | null },
): Promise<ScimError> {
  const { userId, ...called } = asked
  await db
    .insertInto('scimToLink')
    .values({ accountId, userId, ...called })
    .onConflict((conflict) =>
      conflict.columns(['accountId', 'userId']).doUpdateSet({ ...called, askedAt: sql<string>`statement_timestamp()` }),
    )
    .execute()
  return new ScimError(
    409,
    'uniqueness',
    'Somebody with this e-mail was here before. An administrator can link them under Settings → Provisioning.',
  )
}

/**
 * Changes somebody: status, profile, and what the identity provider calls them, all or nothing. What is left out, and what
 * is said again, stays as it is (R38).
 *
 * @throws ScimError 403 without a free seat (R15); Problem `owner_protected`, `not_yourself`, `higher_role`, `email_taken`,
 *   `user_name_taken`, `external_id_taken`
 */
export async function change(work: Work, row: ScimUser, told: Told, remark: Remark): Promise<void> {
  // First, since it waits for this person's own work to end, which may be waiting for their profile.
  await writeAccess(work, row, told.active)
  const { userName, externalId, displayName, ...profile } = checked({
    userName: told.userName,
    externalId: told.externalId,
    displayName: told.displayName,
    firstName: told.givenName ?? undefined,
    lastName: told.familyName ?? undefined,
    ...(told.formatted && !told.givenName && !told.familyName && namesOf({ formatted: told.formatted }, row.userName)),
    email: emailOf(row, told),
    jobTitle: told.title,
    phone: told.phone,
  })
  await writeProfile(work, row, {
    ...profile,
    language: languageOf(told.preferredLanguage, remark),
    departmentId: await departmentOf(work, told.department, remark),
  })
  const called = differing(row, {
    userName,
    externalId,
    displayName: displayNameOf({ ...row, ...profile }, displayName),
  })
  if (Object.keys(called).length === 0) return
  await work.db
    .updateTable('scimUsers')
    .set({ ...called, changedAt: sql<string>`statement_timestamp()` })
    .where('accountId', '=', work.accountId)
    .where('userId', '=', row.id)
    .execute()
}

/** Ends somebody's access and keeps everything (S4): they stay to be found, and come back by `active` (row 87). */
export const remove = (work: Work, row: ScimUser): Promise<void> => writeAccess(work, row, false)

async function writeAccess(work: Work, row: ScimUser, active: boolean | undefined): Promise<void> {
  if (active === undefined || (active === row.active && !(row.waits && !active))) return
  const users = { ids: [row.id] }
  if (!active) return refuse(await deactivateBecause(work, { users, keepEarlierDate: false }, 'provisioning'))
  try {
    refuse(await activateBecause(work, { users, mode: 'all_or_nothing', dueDates: 'keep' }, 'provisioning'))
  } catch (error) {
    if (error instanceof Problem && error.code === 'no_free_seats') throw await userLimitReached(work)
    throw error
  }
}

function refuse({ people }: Operated): void {
  const refusal = people[0]?.refusal
  if (refusal) throw problemOf(refusal)
}

async function userLimitReached({ db, accountId }: Work): Promise<ScimError> {
  const { seatLimit } = await db
    .selectFrom('accounts')
    .select('seatLimit')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  return new ScimError(
    403,
    undefined,
    `User limit reached (${seatLimit}). Deactivate somebody or raise the seat limit, then try again.`,
  )
}

type Profile = Pick<Fields, 'firstName' | 'lastName' | 'email' | 'jobTitle' | 'phone'> & {
  readonly language: Language | null | undefined
  readonly departmentId: string | null | undefined
}

async function writeProfile(work: Work, row: ScimUser, told: Profile): Promise<void> {
  const changes = differing({ ...row, jobTitle: row.title, language: row.language }, told)
  if (Object.keys(changes).length === 0) return
  await refuseUnlessAllowed(work, 'edit', row.id)
  await checkProfiles(work, [changes], (_place, field) => namedInScim[field] ?? field, row.id)
  await writeProfiles(work, [{ userId: row.id, version: null, ...changes }])
}

/** What was told and is not so yet. */
function differing<T extends object>(
  now: { [field in keyof T]?: unknown },
  told: T,
): { [field in keyof T]?: Exclude<T[field], undefined> } {
  return Object.fromEntries(
    Object.entries(told).filter(([field, value]) => value !== undefined && value !== now[field as keyof T]),
  ) as { [field in keyof T]?: Exclude<T[field], undefined> }
}

/** Kept where it is another than their name, which may change. */
const displayNameOf = ({ firstName, lastName }: Fields, displayName: string | null | undefined) =>
  displayName === `${firstName} ${lastName}` ? null : displayName

/** Rollcall needs both; what is missing is read from what else somebody is called. */
function namesOf(told: Told, userName: string): { firstName: string; lastName: string } {
  const called = told.formatted ?? told.displayName ?? userName.split('@')[0]!.replaceAll(/[._]+/g, ' ')
  const words = called.trim().split(/\s+/)
  const [first = '', last] = words.length > 1 ? [words.slice(0, -1).join(' '), words.at(-1)] : words
  return { firstName: told.givenName ?? first, lastName: told.familyName ?? last ?? '–' }
}

/** The address of somebody whose only address was their userName goes with it. */
function emailOf(row: ScimUser, told: Told): string | undefined {
  if (told.email) return told.email
  if (told.email === null) return addressIn(told.userName ?? row.userName)
  const isUserName = row.email.toLowerCase() === row.userName.toLowerCase()
  return isUserName && told.userName !== undefined && Email.safeParse(told.userName).success ? told.userName : undefined
}

function addressIn(userName: string): string {
  if (!Email.safeParse(userName).success) throw wrongValue('Give an address in emails, or a userName that is one.')
  return userName
}

/** `de-AT` is de. Undefined: nothing was said. */
function languageOf(told: string | null | undefined, remark: Remark): Language | null | undefined {
  if (told === undefined || told === null) return told
  const language = Language.safeParse(told.toLowerCase().split(/[-_]/)[0])
  if (!language.success) remark(`${told.slice(0, 50)} is not among the languages.`)
  return language.success ? language.data : null
}

/** By its name, as an import finds it: one that is not there, or is there twice, is none. Undefined: nothing was said. */
async function departmentOf(
  { db, accountId }: Work,
  name: string | null | undefined,
  remark: Remark,
): Promise<string | null | undefined> {
  if (name === undefined || name === null) return name
  const { rows } = await sql<{ id: string }>`
    select id from departments where account_id = ${accountId} and lower(name) = lower(${name.trim()}) limit 2
  `.execute(db)
  if (rows.length === 1) return rows[0]!.id
  const called = `called “${name.slice(0, 100)}”`
  remark(rows.length === 0 ? `There is no department ${called}.` : `There are several departments ${called}.`)
  return null
}
