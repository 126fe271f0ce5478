import { sql } from 'kysely'
import type { addSection, Course, deleteSection, editSection } from '#contract/courses.ts'
import type { Input } from '#contract/endpoint.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { course, touch } from './course.ts'
import { courseAfterChange } from './outline.ts'

/** Adds a section at the end. @throws Problem `not_found` */
export async function add(work: Work, { courseId, title }: Input<typeof addSection>): Promise<Course> {
  const { db, accountId } = work
  await touch(work, courseId)
  await sql`
    insert into sections (account_id, course_id, title, position)
    select ${accountId}, ${courseId}, ${title}, coalesce(max(position) + 1, 0) from sections
    where account_id = ${accountId} and course_id = ${courseId}
  `.execute(db)
  return course(work, courseId)
}

/** @throws Problem `not_found` */
export async function rename(work: Work, { courseId, sectionId, title }: Input<typeof editSection>): Promise<Course> {
  await touch(work, courseId)
  const { numUpdatedRows } = await work.db
    .updateTable('sections')
    .set({ title })
    .where('accountId', '=', work.accountId)
    .where('courseId', '=', courseId)
    .where('id', '=', sectionId)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Problem('not_found')
  return course(work, courseId)
}

/**
 * Deletes a section and removes its modules, which stay in the history of those who did them (S4).
 *
 * @throws Problem `not_found`, `last_section`, `nothing_to_publish`
 */
export async function remove(work: Work, { courseId, sectionId }: Input<typeof deleteSection>): Promise<Course> {
  const { db, accountId } = work
  await touch(work, courseId)
  const { rows } = await sql<{ isHere: boolean; others: number }>`
    select coalesce(bool_or(id = ${sectionId}), false) as is_here, count(*) filter (where id <> ${sectionId}) as others
    from sections where account_id = ${accountId} and course_id = ${courseId}
  `.execute(db)
  if (!rows[0]!.isHere) throw new Problem('not_found')
  if (rows[0]!.others === 0) throw new Problem('last_section')
  await sql`
    update modules set section_id = null, removed_at = statement_timestamp(), version = version + 1
    where account_id = ${accountId} and section_id = ${sectionId}
  `.execute(db)
  await sql`delete from sections where account_id = ${accountId} and id = ${sectionId}`.execute(db)
  return courseAfterChange(work, courseId)
}
