import { type RawBuilder, sql } from 'kysely'
import { Id } from '#contract/words.ts'
import { allowTime } from '#server/db/database.ts'
import type { Spoken } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { oneByOne } from '#server/lifecycle/meant.ts'
import { among, type Columns, id, instant, matching, orderBy, text } from './filter.ts'
import { groupSchema } from './path.ts'
import { isLeftOut, listed, type Listing, type Resource, type Shown, type Versioned } from './resource.ts'
import { ScimError } from './scim-error.ts'

/** A group that the identity provider made, with those of its people whom it manages. */
interface ScimGroup {
  readonly id: string
  readonly name: string
  readonly externalId: string | null
  readonly version: number
  readonly createdAt: string
  readonly changedAt: string
  /** Null: not asked for. */
  readonly members: readonly { id: string; name: string }[] | null
}

const membersOf = sql`
  from group_members as m join scim_users as s on s.account_id = m.account_id and s.user_id = m.user_id
  where m.account_id = g.account_id and m.group_id = g.id`

const columns: Columns = {
  id: id(sql`g.id`),
  externalid: text(sql`g.external_id`, { isExact: true }),
  displayname: text(sql`g.name`),
  'members.value': among(id(sql`m.user_id`), (condition) => sql`select ${membersOf} and ${condition}`),
  'meta.resourcetype': text(sql`'Group'::text`),
  'meta.created': instant(sql`g.created_at`),
  'meta.lastmodified': instant(sql`g.changed_at`),
}

const rowsOf = (where: RawBuilder<unknown>, withMembers: boolean) => sql<ScimGroup>`
  select g.id, g.name, g.external_id, g.version, g.created_at, g.changed_at, ${
    withMembers
      ? sql`(
          select coalesce(jsonb_agg(jsonb_build_object('id', one.id, 'name', one.name) order by one.id), '[]')
          from group_members as m cross join ${oneByOne(sql`
            select p.user_id as id, p.first_name || ' ' || p.last_name as name
            from scim_users as s join profiles as p on p.account_id = s.account_id and p.user_id = s.user_id
            where s.account_id = g.account_id and s.user_id = m.user_id`)} as one
          where m.account_id = g.account_id and m.group_id = g.id
        )`
      : sql`null::jsonb`
  } as members
  from groups as g where ${where}`

/** Whoever changes it meanwhile is waited for, and whoever comes later waits. Nothing is held of what is not there. */
export async function holdGroup({ db, accountId }: Work, groupId: string): Promise<void> {
  if (Id.safeParse(groupId).success)
    await sql`select from groups where account_id = ${accountId} and id = ${groupId} for no key update`.execute(db)
}

/** @throws ScimError 404, also for a group that somebody made here */
export async function groupRow({ db, accountId }: Work, groupId: string, shown: Shown): Promise<ScimGroup> {
  await allowTime(db, 10_000)
  const where = sql`g.account_id = ${accountId} and g.id = ${groupId} and g.is_provisioned`
  const { rows } = Id.safeParse(groupId).success
    ? await rowsOf(where, !isLeftOut(shown, 'members')).execute(db)
    : { rows: [] }
  if (!rows[0]) throw new ScimError(404, undefined, `There is no group ${groupId.slice(0, 100)}.`)
  return rows[0]
}

/** RFC 7644, 3.4.2. @throws ScimError `invalidFilter`, `invalidValue` */
export async function groups({ db, accountId }: Work, asked: Listing, base: string): Promise<Spoken> {
  const { filter, sortBy, isDescending, startIndex, count } = asked
  await allowTime(db, 10_000)
  const mine = sql`g.account_id = ${accountId} and g.is_provisioned`
  const where = filter === undefined ? mine : sql`${mine} and ${matching(filter, columns)}`
  const { rows: all } = await sql<{ n: number }>`select count(*) as n from groups as g where ${where}`.execute(db)
  const order = sortBy === undefined ? sql`` : sql`${orderBy(sortBy, isDescending, columns)}, `
  const { rows } =
    count === 0
      ? { rows: [] }
      : await sql<ScimGroup>`
          ${rowsOf(where, !isLeftOut(asked, 'members'))} order by ${order} g.id limit ${count} offset ${startIndex - 1}
        `.execute(db)
  return listed(
    rows.map((row) => groupOf(row, base).resource),
    { totalResults: all[0]!.n, asked },
  )
}

/** As SCIM tells it (RFC 7643, 4.2). */
export function groupOf(row: ScimGroup, base: string): Versioned {
  const location = `${base}/Groups/${row.id}`
  const version = `W/"${row.version}"`
  const resource: Resource = {
    schemas: [groupSchema],
    id: row.id,
    ...(row.externalId !== null && { externalId: row.externalId }),
    displayName: row.name,
    ...(row.members?.length && {
      members: row.members.map(({ id, name }) => ({
        value: id,
        $ref: `${base}/Users/${id}`,
        display: name,
        type: 'User',
      })),
    }),
    meta: { resourceType: 'Group', created: row.createdAt, lastModified: row.changedAt, location, version },
  }
  return { resource, version, location }
}
