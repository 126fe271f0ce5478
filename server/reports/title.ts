import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { exportReport } from '#contract/reports.ts'
import type { Work } from '#server/gate/work.ts'

/** What stands above an exported report: of whom it speaks, as of when it was made, in which zone (C7.81). */
export async function titleOf(
  { db, accountId }: Work,
  { report, status, asOf, from, to }: Input<typeof exportReport>,
  countedAt: string | null,
): Promise<{ line: string; day: string }> {
  const { rows } = await sql<{ name: string; zone: string; day: string; minute: string }>`
    select name, time_zone as zone, to_char(at at time zone time_zone, 'YYYY-MM-DD') as day,
      to_char(at at time zone time_zone, 'YYYY-MM-DD HH24:MI') as minute
    from accounts, coalesce(${countedAt}::timestamptz, statement_timestamp()) as at where id = ${accountId}
  `.execute(db)
  const { name, zone, day, minute } = rows[0]!
  const isRated = report === 'courses' || report === 'departments'
  const told = [
    `${name}: ${report}`,
    `people: ${status ?? (isRated ? 'active' : 'all')}${isRated && (status ?? 'active') === 'active' ? ' (inactive people are left out of the rates)' : ''}`,
    asOf && `as of the end of ${asOf}`,
    (from ?? to) && `from ${from ?? 'the beginning'} to ${to ?? 'today'}`,
    `made ${minute} (${zone})`,
  ]
  return { line: told.filter((part) => part).join(' · '), day }
}
