import { sql } from 'kysely'
import type { arrangeCourse, Course } from '#contract/courses.ts'
import type { Input } from '#contract/endpoint.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { course, touch } from './course.ts'

/**
 * Puts the sections and modules of a course into another order.
 *
 * @throws Problem `not_found`; `stale_edit` when what is named is not what there is: somebody changed it meanwhile
 */
export async function arrange(work: Work, { courseId, sections }: Input<typeof arrangeCourse>): Promise<Course> {
  const { db, accountId } = work
  await touch(work, courseId)
  const before = await course(work, courseId)
  const had = before.sections.flatMap((section) => [section.id, ...section.modules.map((module) => module.id)])
  const named = sections.flatMap((section) => [section.id, ...section.moduleIds])
  if (had.toSorted().join() !== named.toSorted().join()) throw new Problem('stale_edit')
  const sectionIds = new Set(before.sections.map((section) => section.id))
  if (!sections.every((section) => sectionIds.has(section.id))) throw new Problem('stale_edit')

  const places = sections.flatMap(({ moduleIds, id: sectionId }) =>
    moduleIds.map((id, position) => ({ id, sectionId, position })),
  )
  await sql`
    update sections as s set position = told.position
    from jsonb_to_recordset(${JSON.stringify(sections.map(({ id }, position) => ({ id, position })))}::jsonb) as told (id uuid, position integer)
    where s.account_id = ${accountId} and s.course_id = ${courseId} and s.id = told.id
  `.execute(db)
  await sql`
    update modules as m set section_id = told."sectionId", position = told.position
    from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as told (id uuid, "sectionId" uuid, position integer)
    where m.account_id = ${accountId} and m.course_id = ${courseId} and m.id = told.id
  `.execute(db)
  return course(work, courseId)
}
