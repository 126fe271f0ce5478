import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { saveProgress as endpoint, Standing } from '#contract/portal.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { launchOf } from './launch.ts'
import { standingAfter } from './standing.ts'

/** What is done by doing it, and not by saying so. */
const judged = ['quiz', 'scorm']

/**
 * Saves where somebody is in a module, and that they are done. A word that comes late, after a newer one of the same
 * player, changes nothing; what is done stays done.
 *
 * @throws Problem `opened_elsewhere`, `not_allowed` when a quiz or a package is to be done by saying so
 */
export async function saveProgress(
  work: Work,
  { number, seconds, resume, isDone, ...asked }: Input<typeof endpoint>,
): Promise<Standing> {
  const launch = await launchOf(work, asked)
  if (isDone && judged.includes(launch.kind)) throw new Problem('not_allowed')
  await sql`
    update module_progress set seconds = seconds + ${seconds}, commit_number = ${number}, changed_at = statement_timestamp(),
      resume = coalesce(${resume === undefined ? null : JSON.stringify(resume)}::jsonb, resume),
      state = case when ${isDone} then 'completed' else state end,
      completed_at = case when ${isDone} then coalesce(completed_at, statement_timestamp()) else completed_at end
    where account_id = ${work.accountId} and enrollment_id = ${launch.enrollmentId} and module_id = ${launch.moduleId}
      and launch_id = ${launch.id} and commit_number < ${number}
  `.execute(work.db)
  return standingAfter(work, launch)
}
