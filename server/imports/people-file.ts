import { type RawBuilder, sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import { importFields } from '#contract/imports.ts'
import type { exportUsers } from '#contract/people.ts'
import type { Again } from '#server/gate/gate.ts'
import type { Served } from '#server/gate/served.ts'
import type { Work } from '#server/gate/work.ts'
import { standing } from '#server/lifecycle/selection.ts'
import { customFields } from '#server/people/custom-fields.ts'
import { listIds } from '#server/people/list.ts'
import type { Cell } from '#server/reports/cells.ts'
import { asFile } from '#server/reports/export.ts'
import { namesOf } from './file.ts'
import { departmentPaths } from './known.ts'

const pageSize = 500

/**
 * The people of a view in its order, with each field in the words that an import reads: imported again it changes
 * nothing. Read page by page while it is sent (R6).
 */
export async function peopleFile(
  work: Work,
  { format, ...asked }: Input<typeof exportUsers>,
  { again }: { again: Again },
): Promise<Served> {
  const columns = [...(await namesOf(work)).values()]
  const keys = (await customFields(work)).items.map(({ key }) => key)
  const sheet = {
    name: 'People',
    columns,
    async page(work: Work, cursor: string | undefined) {
      const { ids, next } = await listIds(work, { ...asked, cursor, limit: pageSize })
      return { rows: await cellsOf(work, ids, keys), next }
    },
  }
  const { rows } = await sql<{ today: string }>`
    select today_in(time_zone) as today from accounts where id = ${work.accountId}`.execute(work.db)
  return { ...asFile(sheet, { format, title: null, again }), name: `people-${rows[0]!.today}.${format}` }
}

/** Each field as SQL over `u` (users) and `p` (profiles). */
const cell: Record<(typeof importFields)[number], RawBuilder<unknown>> = {
  email: sql`p.email`,
  firstName: sql`p.first_name`,
  lastName: sql`p.last_name`,
  role: sql`initcap(replace(u.role::text, '_', ' '))`,
  department: sql`(select array_to_string(path, ' › ') from below where id = p.department_id)`,
  groups: sql`(
    select string_agg(g.name, '; ' order by g.name) from group_members as m join groups as g on g.account_id = m.account_id and g.id = m.group_id
    where m.account_id = u.account_id and m.user_id = u.id)`,
  jobTitle: sql`p.job_title`,
  phone: sql`p.phone`,
  hireDate: sql`p.hire_date`,
  language: sql`p.language`,
  managedDepartments: sql`(
    select string_agg(array_to_string(path, ' › '), '; ' order by path) from managed_departments as m join below on below.id = m.department_id
    where m.account_id = u.account_id and m.user_id = u.id)`,
  status: sql`case when is_active(u.status, u.deactivate_at) then 'Active' when ${standing.waiting} then 'Waiting' else 'Inactive' end`,
  deactivationDate: sql`case when u.deactivate_at > statement_timestamp() then u.deactivation_date end`,
}

/** A department administrator is told of no department but their own, neither above nor beside. */
async function cellsOf(
  { db, accountId, actor }: Work,
  ids: readonly string[],
  custom: readonly string[],
): Promise<Cell[][]> {
  const mine = sql`(select departments_managed(${accountId}, ${actor.id}))`
  const isTop =
    actor.role === 'department_administrator'
      ? sql<boolean>`id in ${mine} and coalesce(parent_id not in ${mine}, true)`
      : undefined
  const cells = [...importFields.map((field) => cell[field]), ...custom.map((key) => sql`p.custom ->> ${key}::text`)]
  const { rows } = await sql<{ cells: Cell[] }>`
    ${departmentPaths(accountId, isTop)}
    select jsonb_build_array(${sql.join(cells)}) as cells
    from unnest(${ids}::uuid[]) with ordinality as wanted (id, place)
    join users as u on u.account_id = ${accountId} and u.id = wanted.id
    join profiles as p on p.account_id = ${accountId} and p.user_id = wanted.id
    order by place
  `.execute(db)
  return rows.map(({ cells }) => cells)
}
