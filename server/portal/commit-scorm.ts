import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { commitScorm as endpoint, Standing } from '#contract/portal.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { readCmi } from './cmi.ts'
import { launchOf } from './launch.ts'
import { standingAfter } from './standing.ts'

/** More than the standards let an activity keep, with many interactions. */
const mostBytes = 512 * 1024

/**
 * Keeps what an activity of a package told: its whole data model, so that it goes on there. An activity that was
 * completed once stays so; the module is complete with all of its activities, and its score is their mean.
 *
 * @throws Problem `opened_elsewhere`, `not_found` for an activity that is not in the package, `too_large`
 */
export async function commitScorm(
  work: Work,
  { number, seconds, activityId, cmi, ...asked }: Input<typeof endpoint>,
): Promise<Standing> {
  const { db, accountId } = work
  const launch = await launchOf(work, asked)
  const { enrollmentId, moduleId, manifest } = launch
  if (!manifest?.activities.some((activity) => activity.id === activityId)) throw new Problem('not_found')
  const model = JSON.stringify(cmi)
  if (Buffer.byteLength(model) > mostBytes) throw new Problem('too_large')
  if (enrollmentId === null) return standingAfter(work, launch)

  // The number is taken first: of two words at once the later one waits, and then knows whether it is the newer.
  const { rows: taken } = await sql`
    update module_progress set commit_number = ${number}, seconds = seconds + ${seconds}, changed_at = statement_timestamp()
    where account_id = ${accountId} and enrollment_id = ${enrollmentId} and module_id = ${moduleId}
      and launch_id = ${launch.id} and commit_number < ${number}
    returning 1
  `.execute(db)
  if (taken.length > 0) {
    const told = readCmi(manifest.version, cmi)
    await sql`
      insert into scorm_states as s (account_id, enrollment_id, module_id, sco, cmi, state, score, seconds)
      values (${accountId}, ${enrollmentId}, ${moduleId}, ${activityId}, ${model}, ${told.state}, ${told.score}, ${seconds})
      on conflict (account_id, enrollment_id, module_id, sco) do update set cmi = excluded.cmi, seconds = s.seconds + excluded.seconds,
        state = case when s.state = 'completed' then s.state else excluded.state end,
        score = coalesce(excluded.score, s.score), changed_at = statement_timestamp()
    `.execute(db)
    await settleModule(
      work,
      launch.enrollmentId!,
      moduleId,
      manifest.activities.map((activity) => activity.id),
    )
  }
  return standingAfter(work, launch)
}

async function settleModule(
  { db, accountId }: Work,
  enrollmentId: string,
  moduleId: string,
  activities: string[],
): Promise<void> {
  await sql`
    update module_progress as p set score = told.score,
      state = case when p.state = 'completed' or told.completed = ${activities.length}::integer then 'completed'
        when told.failed > 0 and told.failed + told.completed = ${activities.length}::integer then 'failed' else 'started' end::module_state,
      completed_at = case when told.completed = ${activities.length}::integer then coalesce(p.completed_at, statement_timestamp()) else p.completed_at end
    from (
      select avg(score) as score, count(*) filter (where state = 'completed') as completed, count(*) filter (where state = 'failed') as failed
      from scorm_states
      where account_id = ${accountId} and enrollment_id = ${enrollmentId} and module_id = ${moduleId} and sco = any(${activities})
    ) as told
    where p.account_id = ${accountId} and p.enrollment_id = ${enrollmentId} and p.module_id = ${moduleId}
  `.execute(db)
}
