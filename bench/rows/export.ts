import type { Bench } from '../bench.ts'
import { below, inTurn, msOf, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'

/** Reports of everybody as CSV, read to their end. The limit: PostgreSQL writes the same rows as CSV to nowhere. */
export async function exports(bench: Bench): Promise<void> {
  const { server, database, runs, people } = bench
  const { admin, accountId, owner } = database
  for (const [report, query] of Object.entries(reports)) {
    const work = `export ${report}`
    const firstBytes: number[] = []
    const byServer = async () => {
      const path = `/api/v1/reports/${report}/export`
      const { firstByteMs, totalMs, bytes } = await ask(server.port, { path, token: owner.token, isLarge: true })
      // Each row has a name and an address.
      if (bytes < people * 20) throw new Error(`The export of ${report} broke off after ${bytes} bytes.`)
      firstBytes.push(firstByteMs)
      return totalMs / 1_000
    }
    const raw = async () =>
      (await msOf(() => admin.query(`copy (${query.replaceAll('$1', `'${accountId}'`)}) to '/dev/null' csv`))) / 1_000
    await bench.measure(work, async () => {
      const measured = await inTurn(runs, () => bench.watchMemory(work, byServer), raw)
      return [
        rowOf(`${work}, whole`, 's', measured),
        rowOf(`${work}, first byte`, 'ms', { ours: firstBytes.slice(1) }, below(200, 'ms')),
      ]
    })
  }
}

const reports = {
  people: `
    select p.first_name || ' ' || p.last_name, p.email, u.status, d.name, e.*
    from profiles as p
    join users as u on u.account_id = $1 and u.id = p.user_id
    left join departments as d on d.account_id = $1 and d.id = p.department_id
    left join (
      select user_id, count(*), count(completed_at), avg(score), sum(seconds), max(last_at)
      from enrollments where account_id = $1 and is_current group by user_id
    ) as e on e.user_id = p.user_id
    where p.account_id = $1 order by p.name_key, p.user_id`,
  enrollments: `
    select p.first_name || ' ' || p.last_name, p.email, u.status, d.name, c.title, e.progress, e.score, e.is_mandatory, e.due_date,
      e.enrolled_at, e.completed_at, e.seconds
    from enrollments as e
    join profiles as p on p.account_id = $1 and p.user_id = e.user_id
    join users as u on u.account_id = $1 and u.id = e.user_id
    join courses as c on c.account_id = $1 and c.id = e.course_id
    left join departments as d on d.account_id = $1 and d.id = p.department_id
    where e.account_id = $1 and e.is_current order by e.user_id, c.title`,
}
