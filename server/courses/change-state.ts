import { sql } from 'kysely'
import type { changeCourseState, Course } from '#contract/courses.ts'
import type { Input } from '#contract/endpoint.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { course, touch } from './course.ts'
import { refuseUnpublishable } from './outline.ts'

/**
 * Publishes a course, takes it back to draft while nobody has it, or archives it. Published, it reaches at once whoever
 * belongs to a group or department that it was given to (C7.76). Archived, it is closed, and what was done stays (S4).
 *
 * @throws Problem `not_found`, `nothing_to_publish`, `quiz_without_questions`, `has_learners`
 */
export async function changeState(work: Work, { courseId, state }: Input<typeof changeCourseState>): Promise<Course> {
  const { db, accountId } = work
  await touch(work, courseId)
  const now = await course(work, courseId)
  if (now.state === state) return now
  if (state === 'published') refuseUnpublishable(now)
  if (state === 'draft') await refuseWithLearners(work, courseId)
  await sql`
    update courses set state = ${state}, published_at = case when ${state} = 'published' then statement_timestamp() else published_at end
    where account_id = ${accountId} and id = ${courseId}
  `.execute(db)
  if (state === 'published') {
    await allowTime(db, 5 * 60_000)
    await sql`select catch_up(${accountId}, null, ${courseId})`.execute(db)
    await db
      .updateTable('courseAssignments')
      .set({ isSettled: false })
      .where('accountId', '=', accountId)
      .where('courseId', '=', courseId)
      .execute()
  }
  return course(work, courseId)
}

async function refuseWithLearners({ db, accountId }: Work, courseId: string): Promise<void> {
  // Whoever is just being enrolled holds it, and is waited for.
  await sql`select from courses where account_id = ${accountId} and id = ${courseId} for update`.execute(db)
  const learner = await db
    .selectFrom('enrollments')
    .select('id')
    .where('accountId', '=', accountId)
    .where('courseId', '=', courseId)
    .where('isCurrent', '=', true)
    .limit(1)
    .executeTakeFirst()
  if (learner) throw new Problem('has_learners')
}
