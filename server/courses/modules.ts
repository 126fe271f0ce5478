import { sql } from 'kysely'
import type { addModule, Course, editModule, removeModule } from '#contract/courses.ts'
import type { Input } from '#contract/endpoint.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { checkContent, columnsOf } from './content.ts'
import { touch } from './course.ts'
import { courseAfterChange, learnable } from './outline.ts'

/**
 * Adds a module at the end of a section.
 *
 * @throws Problem `not_found`, `unknown_section`, `unknown_file`, `wrong_file`, `quiz_without_questions`
 */
export async function add(
  work: Work,
  { courseId, sectionId, title, isRequired, content }: Input<typeof addModule>,
): Promise<Course> {
  const { db, accountId } = work
  await touch(work, courseId)
  await checkContent(work, content)
  const columns = columnsOf(content)
  const { rows } = await sql`
    insert into modules (account_id, course_id, section_id, title, is_required, kind, file_id, content, position)
    select s.account_id, s.course_id, s.id, ${title}, ${isRequired}, ${columns.kind}, ${columns.fileId}, ${columns.content},
      coalesce((select max(position) + 1 from modules as m where m.account_id = s.account_id and m.section_id = s.id), 0)
    from sections as s where s.account_id = ${accountId} and s.course_id = ${courseId} and s.id = ${sectionId}
    returning id
  `.execute(db)
  if (rows.length === 0) throw new Problem('unknown_section')
  return courseAfterChange(work, courseId)
}

/**
 * Edits a module; its kind stays.
 *
 * @throws Problem `not_found`, `stale_edit`, `unknown_file`, `wrong_file`, `quiz_without_questions`
 */
export async function edit(work: Work, input: Input<typeof editModule>): Promise<Course> {
  const { courseId, moduleId, version, title, isRequired, content } = input
  const { db, accountId } = work
  await touch(work, courseId)
  const before = await db
    .selectFrom('modules')
    .select(['kind', 'version', 'isRequired'])
    .where('accountId', '=', accountId)
    .where('courseId', '=', courseId)
    .where('id', '=', moduleId)
    .where('removedAt', 'is', null)
    .executeTakeFirst()
  if (!before) throw new Problem('not_found')
  if (before.version !== version) throw new Problem('stale_edit', { version: before.version })
  if (content && content.kind !== before.kind) {
    throw new Problem('wrong_file', {
      where: [{ at: 'content.kind', message: `This module is of the kind ${before.kind}.` }],
    })
  }
  if (content) await checkContent(work, content)
  await db
    .updateTable('modules')
    .set({
      version: version + 1,
      ...(title !== undefined && { title }),
      ...(isRequired !== undefined && { isRequired }),
      ...(content && columnsOf(content)),
    })
    .where('accountId', '=', accountId)
    .where('id', '=', moduleId)
    .execute()
  // How far learners are stays what it is where only what they read is another.
  const isCounted = isRequired !== undefined && isRequired !== before.isRequired
  return isCounted ? courseAfterChange(work, courseId) : learnable(work, courseId)
}

/** Removes a module. It stays in the history of those who did it (S4). @throws Problem `not_found`, `nothing_to_publish` */
export async function remove(work: Work, { courseId, moduleId }: Input<typeof removeModule>): Promise<Course> {
  const { db, accountId } = work
  await touch(work, courseId)
  const { numUpdatedRows } = await db
    .updateTable('modules')
    .set({ sectionId: null, removedAt: sql<string>`statement_timestamp()` })
    .where('accountId', '=', accountId)
    .where('courseId', '=', courseId)
    .where('id', '=', moduleId)
    .where('removedAt', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Problem('not_found')
  return courseAfterChange(work, courseId)
}
