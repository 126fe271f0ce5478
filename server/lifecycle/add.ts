import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { addUsers, NewPerson, StatusCause } from '#contract/people.ts'
import { grantable } from '#contract/roles.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { seatsFreeForNew } from './first-in-line.ts'
import { checkProfiles } from './profile-rules.ts'
import { settleFirst } from './settle.ts'

type Added = Answer<typeof addUsers>['people'][number]

/**
 * Adds people. Whoever finds no free seat is added all the same, inactive, and waits for one, in the order given (T3).
 * Every way in ends here. Nothing is added when anything of it is refused.
 *
 * @throws Problem `email_taken` with everybody whose address is taken, `role_not_yours_to_give` (R36),
 *   `outside_your_departments`, `unknown_department`, `unknown_group`, `unknown_field`
 */
export const add = (work: Work, input: Input<typeof addUsers>): Promise<Answer<typeof addUsers>> =>
  addBecause(work, input, 'administrator')

/** The same, for another cause than that an administrator typed them. */
export async function addBecause(
  work: Work,
  { people }: Input<typeof addUsers>,
  cause: StatusCause,
): Promise<Answer<typeof addUsers>> {
  const mine = work.actor.id === null ? null : grantable(work.actor.role)
  if (mine && people.some((person) => !mine.includes(person.role)))
    throw new Problem('role_not_yours_to_give', { yours: mine })
  await checkProfiles(work, people, (place, field) => `people.${place}.${field}`)
  const withHashes = []
  for (const { password, ...person } of people) {
    withHashes.push({ ...person, passwordHash: password === undefined ? null : await hashPassword(password) })
  }

  await settleFirst(work)
  const added = await insert(work, withHashes, cause)
  return { people: added, waiting: added.filter((person) => person.statusCause === 'seat_limit').length }
}

/** The first person of an account, who is its owner for good or until they transfer it (S6). */
export async function addOwner(
  work: Work,
  owner: { firstName: string; lastName: string; email: string; passwordHash: string },
): Promise<string> {
  const nothingElse = {
    departmentId: null,
    groupIds: [],
    jobTitle: null,
    phone: null,
    hireDate: null,
    language: null,
    custom: {},
    managedDepartmentIds: [],
  }
  const [added] = await insert(work, [{ ...owner, ...nothingElse, role: 'owner', status: 'active' }], 'administrator')
  return added!.userId
}

export interface Row extends Omit<NewPerson, 'password' | 'role' | 'invite'> {
  readonly invite?: boolean
  readonly role: NewPerson['role'] | 'owner'
  readonly passwordHash: string | null
  /** When they came, for people who bring a past. Left out: now. */
  readonly addedAt?: string
}

/** Writes new people, their first event with them. Without a free seat they wait. The one insert into `users`. */
export async function insert(work: Work, people: readonly Row[], cause: StatusCause): Promise<Added[]> {
  const { db, accountId, actor } = work
  const free = await seatsFreeForNew(work)
  const { rows } = await sql<Added>`
    with given as materialized (
      select new_id() as id, coalesce(added_at, statement_timestamp()) as since, person.*,
        status = 'active' and count(*) filter (where status = 'active') over (order by place) > ${free === Infinity ? null : free}::integer as waits
      from rows from (jsonb_to_recordset(${JSON.stringify(people)}::jsonb) as (
        "firstName" text, "lastName" text, email text, role role, status status, "departmentId" uuid, "groupIds" jsonb, "jobTitle" text,
        phone text, "hireDate" date, language text, custom jsonb, "managedDepartmentIds" jsonb, "passwordHash" text, "addedAt" timestamptz, invite boolean
      )) with ordinality as person (first_name, last_name, email, role, status, department_id, group_ids, job_title,
        phone, hire_date, language, custom, managed_department_ids, password_hash, added_at, invite, place)
    ),
    as_users as (
      insert into users (account_id, id, role, status, status_since, let_in_since, status_cause)
      select ${accountId}, id, role, case when waits then 'inactive' else status end, since, since,
        case when waits then 'seat_limit' else ${cause}::status_cause end
      from given order by place returning id, status, status_cause, status_since
    ),
    as_profiles as (
      insert into profiles (account_id, user_id, first_name, last_name, email, department_id, job_title, phone, hire_date,
        language, custom, changed_by, created_at)
      select ${accountId}, id, first_name, last_name, email, department_id, job_title, phone, hire_date, language,
        jsonb_strip_nulls(custom), ${actor.id}, since from given
    ),
    as_mails as (
      insert into mails (account_id, user_id, kind)
      select ${accountId}, given.id, 'invitation' from given join as_users on as_users.id = given.id and as_users.status = 'active'
      where invite and password_hash is null
    ),
    as_credentials as (
      insert into credentials (account_id, user_id, password_hash) select ${accountId}, id, password_hash from given
    ),
    as_members as (
      insert into group_members (account_id, group_id, user_id)
      select distinct ${accountId}::uuid, member_of::uuid, id from given, jsonb_array_elements_text(group_ids) as member_of
    ),
    as_managers as (
      insert into managed_departments (account_id, user_id, department_id)
      select distinct ${accountId}::uuid, id, manages::uuid from given, jsonb_array_elements_text(managed_department_ids) as manages
    ),
    as_events as (
      insert into lifecycle_events (account_id, id, user_id, change, cause, by_user_id, to_status, operation_id, happened_at)
      select ${accountId}, case when added_at is null then new_id() else id_at(added_at) end, given.id, 'added', status_cause,
        ${actor.id}, as_users.status, ${work.operationId ?? null}, since
      from as_users join given on given.id = as_users.id
    )
    select given.id as user_id, email, as_users.status,
      case when waits then as_users.status_cause end as status_cause
    from given join as_users on as_users.id = given.id order by place
  `.execute(db)
  return rows
}
