import { sql } from 'kysely'
import type { Standing } from '#contract/portal.ts'
import { recount } from '#server/enrollments/recount.ts'
import type { Work } from '#server/gate/work.ts'
import type { Launch } from './launch.ts'

/** Of a preview nothing is recorded, and so nothing is done. */
const ofPreview: Standing = { state: 'started', score: null, progress: 0, completedAt: null, certificateId: null }

/** Counts the enrollment anew after something was done in a module. */
export async function standingAfter(work: Work, { enrollmentId, moduleId }: Launch): Promise<Standing> {
  if (enrollmentId === null) return ofPreview
  await recount(work, { enrollmentIds: [enrollmentId] })
  const { rows } = await sql<Standing>`
    select coalesce(p.state::text, 'not_started') as state, p.score::float8 as score, e.progress, e.completed_at, c.id as certificate_id
    from enrollments as e
    left join module_progress as p on p.account_id = e.account_id and p.enrollment_id = e.id and p.module_id = ${moduleId}
    left join certificates as c on c.account_id = e.account_id and c.enrollment_id = e.id
    where e.account_id = ${work.accountId} and e.id = ${enrollmentId}
  `.execute(work.db)
  return rows[0]!
}
