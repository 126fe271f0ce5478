import type { Answer } from '#contract/endpoint.ts'
import type { listUsers } from '#contract/people.ts'
import { cursorFor } from '#server/db/cursor.ts'
import type { Bench } from '../bench.ts'
import { inTurn, msOf, percentile, ratioAtMost, type Row, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'

const size = 50
const mostAsked = 60
const leastAsked = 10
const enoughMs = 3_000

/**
 * The People page: fifty rows as the browser gets them, by every order and filter. The limit reads the same columns of
 * fifty people by one prepared statement along an index.
 */
export async function people(bench: Bench): Promise<void> {
  const { database, runs } = bench
  const { admin, accountId } = database
  const middle = await middleOf(bench)
  const { rows } = await admin.query<{ department: string; group: string }>(
    `select (select id from departments where account_id = $1 and name = 'Division 3 team 2') as department,
       (select id from groups where account_id = $1 and name = 'Group 7') as group`,
    [accountId],
  )
  const { department, group } = rows[0]!
  const pages: Record<string, string> = {
    'first page': '',
    'page in the middle': `cursor=${middle.cursor}`,
    'by e-mail': 'sort=email',
    'by department': 'sort=department',
    'by last sign-in': 'sort=lastSignIn&direction=desc',
    'by role': 'sort=role',
    'by status': 'sort=status&direction=desc',
    'by time of status': 'sort=statusSince&direction=desc',
    'only active': 'status=active',
    'only inactive': 'status=inactive',
    'only leaving': 'status=leaving',
    'only administrators': 'role=administrator',
    'of a department': `departmentId=${department}`,
    'of a group': `groupId=${group}`,
    'never signed in': 'lastSignIn=never',
    'inactive of a department, by last sign-in': `departmentId=${department}&status=inactive&sort=lastSignIn`,
  }
  for (const [name, query] of Object.entries(pages)) {
    const work = `People, ${name}, p95`
    await bench.measure(work, async () => {
      const addresses = await firstAndNext(bench, query)
      const ours = () => bench.watchMemory('the People page', () => p95(bench, addresses))
      return rowOf(work, 'ms', await inTurn(runs, ours, () => limit(bench, middle.place)), ratioAtMost(3))
    })
  }
  const work = 'People, the counts, p95'
  await bench.measure(work, () => counts(bench, work))
}

/** The page asked for, and the one after it if there is one. */
async function firstAndNext(bench: Bench, query: string): Promise<string[]> {
  const first = `/api/v1/users?limit=${size}&${query}`
  const { items, next } = JSON.parse((await one(bench, first)).body) as Answer<typeof listUsers>
  if (items.length === 0) throw new Error(`Nobody is on ${first}.`)
  if (next === null || query.includes('cursor=')) return [first]
  return [first, `${first}&cursor=${encodeURIComponent(next)}`]
}

const one = ({ server, database }: Bench, path: string) => ask(server.port, { path, token: database.owner.token })

/** As many requests as fit into a few seconds. */
async function p95(bench: Bench, addresses: readonly string[]): Promise<number> {
  const figures: number[] = []
  const startedAt = performance.now()
  while (figures.length < leastAsked || (figures.length < mostAsked && performance.now() - startedAt < enoughMs))
    figures.push((await one(bench, addresses[figures.length % addresses.length]!)).totalMs)
  return percentile(figures, 95)
}

async function middleOf({ people, database: { admin, accountId } }: Bench) {
  const { rows } = await admin.query<{ name: string; id: string }>(
    `select name_key as name, user_id as id from profiles where account_id = $1 order by name_key, user_id offset ${Math.floor(people / 2)} limit 1`,
    [accountId],
  )
  const place = [rows[0]!.name, rows[0]!.id] as const
  return { place, cursor: encodeURIComponent(cursorFor(['people', accountId, 'name', 'asc', {}], ['on', ...place])) }
}

async function limit({ database: { admin, accountId } }: Bench, place: readonly string[]): Promise<number> {
  const figures: number[] = []
  for (let asked = 0; asked < mostAsked; asked++) {
    figures.push(
      await msOf(async () => {
        const { rowCount } = await admin.query({ name: 'page', text: page, values: [accountId, ...place] })
        if (rowCount !== size) throw new Error(`The limit read ${rowCount} people.`)
      }),
    )
  }
  return percentile(figures, 95)
}

const page = `
  select u.id, p.first_name, p.last_name, p.email, u.role, p.job_title, u.status, u.status_cause, u.status_since, u.deactivation_date,
    u.deactivate_at, c.last_sign_in_at, d.id as department_id, d.name as department, latest.reason,
    b.first_name || ' ' || b.last_name as by_name,
    array(
      select g.name from group_members as m join groups as g on g.account_id = m.account_id and g.id = m.group_id
      where m.account_id = $1 and m.user_id = u.id order by g.name
    ) as groups
  from (
    select * from profiles where account_id = $1 and (name_key, user_id) > ($2, $3) order by name_key, user_id limit ${size}
  ) as p
  join users as u on u.account_id = $1 and u.id = p.user_id
  join credentials as c on c.account_id = $1 and c.user_id = p.user_id
  left join departments as d on d.account_id = $1 and d.id = p.department_id
  left join lateral (
    select reason, by_user_id from lifecycle_events as e where e.account_id = $1 and e.user_id = u.id order by e.id desc limit 1
  ) as latest on true
  left join profiles as b on b.account_id = $1 and b.user_id = latest.by_user_id
  order by p.name_key, p.user_id`

/** What stands above the list. It has no target of its own. */
async function counts(bench: Bench, work: string): Promise<Row> {
  const { database, runs } = bench
  const measured = await inTurn(
    runs,
    () => p95(bench, ['/api/v1/users/counts']),
    () =>
      msOf(() =>
        database.admin.query(
          `select count(*), count(*) filter (where status = 'active'), count(deactivate_at) from users where account_id = $1`,
          [database.accountId],
        ),
      ),
  )
  return rowOf(work, 'ms', measured)
}
