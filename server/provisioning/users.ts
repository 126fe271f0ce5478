import { type RawBuilder, sql } from 'kysely'
import { Id } from '#contract/words.ts'
import { allowTime } from '#server/db/database.ts'
import type { Spoken } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { standing } from '#server/lifecycle/selection.ts'
import { among, type Columns, id, instant, matching, orderBy, text, truth } from './filter.ts'
import { enterpriseSchema, userSchema } from './path.ts'
import { listed, type Listing, type Resource, type Versioned, versionOf } from './resource.ts'
import { ScimError } from './scim-error.ts'

/** Somebody whom the identity provider manages, as the database has them. */
export interface ScimUser {
  readonly id: string
  readonly userName: string
  readonly externalId: string | null
  readonly displayName: string | null
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly title: string | null
  readonly phone: string | null
  readonly language: string | null
  readonly departmentId: string | null
  readonly department: string | null
  /** S1. */
  readonly active: boolean
  /** For a seat (T3): inactive, and to come in yet. */
  readonly waits: boolean
  readonly groups: readonly { id: string; name: string }[]
  readonly createdAt: string
  readonly changedAt: string
}

const isIn = sql`is_active(u.status, u.deactivate_at)`
const changedAt = sql`greatest(s.changed_at, p.changed_at, u.status_since)`
const shownName = sql`coalesce(s.display_name, p.first_name || ' ' || p.last_name)`
const fullName = sql`p.first_name || ' ' || p.last_name`

const tables = sql`
  scim_users as s
  join users as u on u.account_id = s.account_id and u.id = s.user_id
  join profiles as p on p.account_id = s.account_id and p.user_id = s.user_id
  left join departments as d on d.account_id = p.account_id and d.id = p.department_id`

const groupsOf = sql`coalesce((
  select jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name) order by g.id)
  from group_members as m join groups as g on g.account_id = m.account_id and g.id = m.group_id and g.is_provisioned
  where m.account_id = s.account_id and m.user_id = s.user_id
), '[]')`

const rowsOf = (where: RawBuilder<unknown>) => sql<ScimUser>`
  select s.user_id as id, s.user_name, s.external_id, s.display_name, p.first_name, p.last_name, p.email, p.job_title as title, p.phone,
    p.language, p.department_id, d.name as department, ${isIn} as active, ${standing.waiting} as waits, ${groupsOf} as groups, p.created_at, ${changedAt} as changed_at
  from ${tables} where ${where}`

const constant = (value: string) => text(sql`${value}::text`)
const email = text(sql`p.email_key`, { isKey: true })

/** What can be asked for and sorted by. */
const columns: Columns = {
  id: id(sql`s.user_id`),
  externalid: text(sql`s.external_id`, { isExact: true }),
  username: text(sql`s.user_name_key`, { isKey: true }),
  displayname: text(shownName),
  'name.givenname': text(sql`p.first_name`),
  'name.familyname': text(sql`p.last_name`),
  'name.formatted': text(fullName),
  title: text(sql`p.job_title`),
  preferredlanguage: text(sql`p.language`),
  active: truth(isIn),
  'emails.value': email,
  'emails.type': constant('work'),
  'emails.primary': truth(sql`true`),
  'phonenumbers.value': text(sql`p.phone`),
  'phonenumbers.type': text(sql`case when p.phone is not null then 'work' end`),
  'groups.value': among(
    id(sql`m.group_id`),
    (condition) => sql`
      select from group_members as m join groups as g on g.account_id = m.account_id and g.id = m.group_id and g.is_provisioned
      where m.account_id = s.account_id and m.user_id = s.user_id and ${condition}`,
  ),
  'meta.resourcetype': constant('User'),
  'meta.created': instant(sql`p.created_at`),
  'meta.lastmodified': instant(changedAt),
  ':department': text(sql`d.name`),
}

/** @throws ScimError 404, also for whoever is not managed by the identity provider */
export async function userRow({ db, accountId }: Work, userId: string): Promise<ScimUser> {
  const { rows } = Id.safeParse(userId).success
    ? await rowsOf(sql`s.account_id = ${accountId} and s.user_id = ${userId}`).execute(db)
    : { rows: [] }
  if (!rows[0]) throw new ScimError(404, undefined, `There is no user ${userId.slice(0, 100)}.`)
  return rows[0]
}

/** RFC 7644, 3.4.2. @throws ScimError `invalidFilter`, `invalidValue` */
export async function users({ db, accountId }: Work, asked: Listing, base: string): Promise<Spoken> {
  const { filter, sortBy, isDescending, startIndex, count } = asked
  await allowTime(db, 10_000)
  const mine = sql`s.account_id = ${accountId}`
  const where = filter === undefined ? mine : sql`${mine} and ${matching(filter, columns)}`
  const counted = filter === undefined ? sql`scim_users as s` : tables
  const { rows: all } = await sql<{ n: number }>`select count(*) as n from ${counted} where ${where}`.execute(db)
  const order = sortBy === undefined ? sql`` : sql`${orderBy(sortBy, isDescending, columns)}, `
  const { rows } =
    count === 0
      ? { rows: [] }
      : await sql<ScimUser>`
          ${rowsOf(where)} order by ${order} s.user_id limit ${count} offset ${startIndex - 1}
        `.execute(db)
  return listed(
    rows.map((row) => userOf(row, base).resource),
    { totalResults: all[0]!.n, asked },
  )
}

/** As SCIM tells it (RFC 7643, 4.1). What has no value is left out. */
export function userOf({ waits: _waits, ...row }: ScimUser, base: string): Versioned {
  const location = `${base}/Users/${row.id}`
  const version = versionOf(row)
  const formatted = `${row.firstName} ${row.lastName}`
  const resource: Resource = {
    schemas: row.department === null ? [userSchema] : [userSchema, enterpriseSchema],
    id: row.id,
    ...(row.externalId !== null && { externalId: row.externalId }),
    userName: row.userName,
    displayName: row.displayName ?? formatted,
    name: { formatted, givenName: row.firstName, familyName: row.lastName },
    ...(row.title !== null && { title: row.title }),
    ...(row.language !== null && { preferredLanguage: row.language }),
    emails: [{ value: row.email, type: 'work', primary: true }],
    ...(row.phone !== null && { phoneNumbers: [{ value: row.phone, type: 'work' }] }),
    active: row.active,
    ...(row.groups.length > 0 && {
      groups: row.groups.map(({ id, name }) => ({
        value: id,
        $ref: `${base}/Groups/${id}`,
        display: name,
        type: 'direct',
      })),
    }),
    ...(row.department !== null && { [enterpriseSchema]: { department: row.department } }),
    meta: { resourceType: 'User', created: row.createdAt, lastModified: row.changedAt, location, version },
  }
  return { resource, version, location }
}
