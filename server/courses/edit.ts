import type { addCourse, Course, editCourse } from '#contract/courses.ts'
import type { Input } from '#contract/endpoint.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { course, touch } from './course.ts'

/** Begins a course, as a draft with one empty section. */
export async function add(work: Work, { title, description }: Input<typeof addCourse>): Promise<Course> {
  const { db, accountId, actor } = work
  const { id } = await db
    .insertInto('courses')
    .values({ accountId, title, description, addedBy: actor.id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await db.insertInto('sections').values({ accountId, courseId: id, title: 'Section 1', position: 0 }).execute()
  return course(work, id)
}

/** @throws Problem `not_found`, `stale_edit`, `unknown_file`, `wrong_file` */
export async function edit(work: Work, { courseId, version, ...given }: Input<typeof editCourse>): Promise<Course> {
  const { db, accountId } = work
  await touch(work, courseId, version)
  if (given.coverFileId) await checkCover(work, given.coverFileId)
  const changed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  if (Object.keys(changed).length > 0) {
    await db.updateTable('courses').set(changed).where('accountId', '=', accountId).where('id', '=', courseId).execute()
  }
  return course(work, courseId)
}

async function checkCover({ db, accountId }: Work, fileId: string): Promise<void> {
  const file = await db
    .selectFrom('files')
    .select('kind')
    .where('accountId', '=', accountId)
    .where('id', '=', fileId)
    .executeTakeFirst()
  if (!file) throw new Problem('unknown_file')
  if (file.kind !== 'image')
    throw new Problem('wrong_file', { where: [{ at: 'coverFileId', message: 'A cover is a picture.' }] })
}
