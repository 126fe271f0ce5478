import type { Work } from '#server/gate/work.ts'
import { anyOf } from '#server/db/database.ts'
import { Problem } from '#server/problem.ts'

/** Sees that people can be enrolled in all of these courses, and lets none become a draft meanwhile. @throws Problem `not_found`, `course_not_published` */
export async function publishedOnly({ db, accountId }: Work, courseIds: readonly string[]): Promise<void> {
  const courses = await db
    .selectFrom('courses')
    .select(['title', 'state'])
    .where('accountId', '=', accountId)
    .where('id', '=', anyOf(courseIds))
    .forKeyShare()
    .execute()
  if (courses.length < new Set(courseIds).size) throw new Problem('not_found')
  const closed = courses.filter((course) => course.state !== 'published').map((course) => course.title)
  if (closed.length > 0) throw new Problem('course_not_published', { courses: closed })
}
