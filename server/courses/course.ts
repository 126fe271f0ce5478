import { sql } from 'kysely'
import type { Course, ModuleKind, StoredFile } from '#contract/courses.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { contentOf } from './content.ts'

interface ModuleRow {
  readonly id: string
  readonly title: string
  readonly kind: ModuleKind
  readonly isRequired: boolean
  readonly content: unknown
  readonly fileId: string | null
  readonly file: StoredFile | null
  readonly version: number
}

/** A course with all that it is made of. @throws Problem `not_found` */
export async function course({ db, accountId }: Work, courseId: string): Promise<Course> {
  const { rows } = await sql<
    Omit<Course, 'sections'> & { sections: { id: string; title: string; modules: ModuleRow[] }[] }
  >`
    select c.id, c.title, c.description, c.cover_file_id, c.state, c.gives_certificate, c.certificate_months, c.version,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', s.id, 'title', s.title, 'modules', coalesce((
          select jsonb_agg(jsonb_build_object('id', m.id, 'title', m.title, 'kind', m.kind, 'isRequired', m.is_required,
            'content', m.content, 'fileId', m.file_id, 'version', m.version, 'file', case when f.id is not null then
              jsonb_build_object('id', f.id, 'kind', f.kind, 'name', f.name, 'mediaType', f.media_type, 'bytes', f.bytes, 'manifest', f.manifest)
            end) order by m.position, m.id)
          from modules as m left join files as f on f.account_id = m.account_id and f.id = m.file_id
          where m.account_id = s.account_id and m.section_id = s.id and m.removed_at is null
        ), '[]')) order by s.position, s.id)
        from sections as s where s.account_id = c.account_id and s.course_id = c.id
      ), '[]') as sections
    from courses as c where c.account_id = ${accountId} and c.id = ${courseId}
  `.execute(db)
  const found = rows[0]
  if (!found) throw new Problem('not_found')
  return {
    ...found,
    sections: found.sections.map((section) => ({
      ...section,
      modules: section.modules.map(({ fileId, content, ...module }) => ({
        ...module,
        content: contentOf({ kind: module.kind, fileId, content }),
      })),
    })),
  }
}

/**
 * Raises the version of a course that is about to be changed, and holds it until that is done: its outline is changed
 * by one at a time.
 *
 * @throws Problem `not_found`; `stale_edit` when `version` is not the one there is
 */
export async function touch({ db, accountId }: Work, courseId: string, version?: number): Promise<void> {
  const { rows } = await sql<{ before: number }>`
    update courses set version = version + 1, changed_at = statement_timestamp()
    where account_id = ${accountId} and id = ${courseId} returning version - 1 as before
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  if (version !== undefined && version !== rows[0].before) throw new Problem('stale_edit', { version: rows[0].before })
}
