import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { addUsers, NewPerson, StatusCause } from '#contract/people.ts'
import { grantable } from '#contract/roles.ts'
import { anyOf } from '#server/db/database.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { seatsFree } from '#server/seats/seats.ts'
import { clocksAgree, settleDue } from './settle.ts'

type Added = Answer<typeof addUsers>['people'][number]

/**
 * Adds people. Whoever finds no free seat is added all the same, inactive, and waits for one, in the order given (T3).
 * Every way in ends here. Nothing is added when anything of it is refused.
 *
 * @throws Problem `email_taken` with everybody whose address is taken, `role_not_yours_to_give` (R36),
 *   `outside_your_departments`, `unknown_department`, `unknown_group`, `unknown_field`
 */
export async function add(work: Work, { people }: Input<typeof addUsers>): Promise<Answer<typeof addUsers>> {
  await refuseTakenAddresses(work, people)
  await refuseBeyondRights(work, people)
  await refuseUnknownFields(work, people)
  const withHashes = []
  for (const { password, ...person } of people) {
    withHashes.push({ ...person, passwordHash: password === undefined ? null : await hashPassword(password) })
  }

  if (await clocksAgree(work)) await settleDue(work)
  const added = await insert(work, withHashes, 'administrator')
  return { people: added, waiting: added.filter((person) => person.statusCause === 'seat_limit').length }
}

/** The first person of an account, who is its owner for good or until they transfer it (S6). */
export async function addOwner(
  work: Work,
  owner: { firstName: string; lastName: string; email: string; passwordHash: string },
): Promise<string> {
  const nothingElse = {
    departmentId: null, groupIds: [], jobTitle: null, phone: null, hireDate: null, language: null, custom: {}, managedDepartmentIds: [],
  }
  const [added] = await insert(work, [{ ...owner, ...nothingElse, role: 'owner', status: 'active' }], 'administrator')
  return added!.userId
}

type Row = Omit<NewPerson, 'password' | 'role'> & { role: NewPerson['role'] | 'owner'; passwordHash: string | null }

async function insert(work: Work, people: readonly Row[], cause: StatusCause): Promise<Added[]> {
  const { db, accountId, actor } = work
  const free = await seatsFree(work)
  const { rows } = await sql<Added>`
    with given as materialized (
      select new_id() as id, person.*,
        status = 'active' and count(*) filter (where status = 'active') over (order by place) > ${free === Infinity ? null : free}::integer as waits
      from rows from (jsonb_to_recordset(${JSON.stringify(people)}::jsonb) as (
        "firstName" text, "lastName" text, email text, role role, status status, "departmentId" uuid, "groupIds" jsonb, "jobTitle" text,
        phone text, "hireDate" date, language text, custom jsonb, "managedDepartmentIds" jsonb, "passwordHash" text
      )) with ordinality as person (first_name, last_name, email, role, status, department_id, group_ids, job_title,
        phone, hire_date, language, custom, managed_department_ids, password_hash, place)
    ),
    as_users as (
      insert into users (account_id, id, role, status, status_cause)
      select ${accountId}, id, role, case when waits then 'inactive' else status end,
        case when waits then 'seat_limit' else ${cause}::status_cause end
      from given order by place returning id, status, status_cause
    ),
    as_profiles as (
      insert into profiles (account_id, user_id, first_name, last_name, email, department_id, job_title, phone, hire_date,
        language, custom, changed_by)
      select ${accountId}, id, first_name, last_name, email, department_id, job_title, phone, hire_date, language,
        jsonb_strip_nulls(custom), ${actor.id} from given
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
      insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, to_status)
      select ${accountId}, id, 'added', status_cause, ${actor.id}, status from as_users
    )
    select given.id as user_id, email, as_users.status,
      case when waits then as_users.status_cause end as status_cause
    from given join as_users on as_users.id = given.id order by place
  `.execute(db)
  return rows
}

/** C6.68: says who has the address already, so that they can be activated instead of added anew. */
async function refuseTakenAddresses({ db, accountId }: Work, people: readonly NewPerson[]): Promise<void> {
  const keys = people.map((person) => person.email.toLowerCase())
  const { rows: taken } = await sql<{ emailKey: string; userId: string; name: string; status: string }>`
    select p.email_key, p.user_id, p.first_name || ' ' || p.last_name as name,
      case when is_active(u.status, u.deactivate_at) then 'active' else 'inactive' end as status
    from profiles as p join users as u on u.account_id = p.account_id and u.id = p.user_id
    where p.account_id = ${accountId} and p.email_key = any(${keys}::text[])
  `.execute(db)
  const twice = (key: string, place: number) => keys.indexOf(key) < place
  const where = keys.flatMap((key, place) => {
    const by = taken.find((one) => one.emailKey === key)
    if (by) return [{ at: `people.${place}.email`, message: `${by.name} (${by.status}) has this e-mail.`, userId: by.userId, status: by.status }]
    return twice(key, place) ? [{ at: `people.${place}.email`, message: 'This e-mail stands here twice.' }] : []
  })
  if (where.length === 0) return
  const [first] = taken
  throw new Problem('email_taken', { where, ...(first && { userId: first.userId, name: first.name, status: first.status }) })
}

async function refuseBeyondRights({ db, accountId, actor }: Work, people: readonly NewPerson[]): Promise<void> {
  if (actor.id === null) return
  const mine = grantable(actor.role)
  if (people.some((person) => !mine.includes(person.role))) throw new Problem('role_not_yours_to_give', { yours: mine })
  if (actor.role !== 'department_administrator') return

  const { rows } = await sql<{ id: string }>`select departments_managed(${accountId}, ${actor.id}) as id`.execute(db)
  const managed = new Set(rows.map((row) => row.id))
  const isMine = (id: string | null) => id !== null && managed.has(id)
  if (people.every((person) => isMine(person.departmentId) && person.managedDepartmentIds.every(isMine))) return
  throw new Problem('outside_your_departments', { where: [{ at: 'people', message: 'Choose one of your departments for each person.' }] })
}

async function refuseUnknownFields({ db, accountId }: Work, people: readonly NewPerson[]): Promise<void> {
  const groupIds = [...new Set(people.flatMap((person) => person.groupIds))]
  const found = await db.selectFrom('groups').select('id').where('accountId', '=', accountId).where('id', '=', anyOf(groupIds)).execute()
  if (found.length < groupIds.length) throw new Problem('unknown_group')

  const keys = new Set(people.flatMap((person) => Object.keys(person.custom)))
  if (keys.size === 0) return
  const fields = await db.selectFrom('customFields').select('key').where('accountId', '=', accountId).execute()
  const unknown = [...keys].filter((key) => !fields.some((field) => field.key === key))
  if (unknown.length > 0) throw new Problem('unknown_field', { fields: unknown })
}
