import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { getFile } from '#contract/courses.ts'
import { allows } from '#contract/roles.ts'
import type { Served } from '#server/gate/served.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { fileKey, type Storage } from './storage.ts'

/**
 * A file for those who make courses, and for those who are enrolled in a published course that shows it: in a module,
 * in a page, or as its cover. A cover is seen by whoever sees the list of courses, too. Packages are never served here.
 *
 * @throws Problem `not_found`, whatever the reason
 */
export async function file(work: Work, { fileId }: Input<typeof getFile>, storage: Storage): Promise<Served> {
  const { db, accountId, actor } = work
  const role = actor.id === null ? 'learner' : actor.role
  const { rows } = await sql<{ name: string; mediaType: string; bytes: number }>`
    select f.name, f.media_type, f.bytes from files as f
    where f.account_id = ${accountId} and f.id = ${fileId} and f.kind <> 'package' and (
      ${allows('courses', role)}
      or (${allows('catalog', role)} and exists (select from courses as c where c.account_id = f.account_id and c.cover_file_id = f.id))
      or exists (
        select from enrollments as e join courses as c on c.account_id = e.account_id and c.id = e.course_id and c.state = 'published'
        where e.account_id = f.account_id and e.user_id = ${actor.id} and e.is_current and (c.cover_file_id = f.id or exists (
          select from modules as m where m.account_id = c.account_id and m.course_id = c.id and m.removed_at is null
            and (m.file_id = f.id or (m.kind = 'page' and m.content::text like '%/api/v1/files/' || f.id || '"%'))
        ))
      )
    )
  `.execute(db)
  const found = rows[0]
  if (!found) throw new Problem('not_found')
  return { ...found, disposition: 'inline', open: (range) => storage.open(fileKey(accountId, fileId), range) }
}
