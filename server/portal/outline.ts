import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { getOutline, Outline } from '#contract/portal.ts'
import { allows } from '#contract/roles.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/** A course of mine with what is done of it, or, for those who make courses, its preview. @throws Problem `not_found` */
export async function outline(
  { db, accountId, actor }: Work,
  { courseId, preview }: Input<typeof getOutline>,
): Promise<Outline> {
  const isPreview = preview === 'true' && actor.id !== null && allows('courses', actor.role)
  const { rows } = await sql<Omit<Outline, 'resumeModuleId'> & { lastModuleId: string | null }>`
    select c.id as course_id, c.title, c.description, c.cover_file_id, e.id as enrollment_id, coalesce(e.progress, 0) as progress,
      e.due_date, e.completed_at, z.id as certificate_id,
      (select p.module_id from module_progress as p join modules as m on m.account_id = p.account_id and m.id = p.module_id and m.removed_at is null
        where p.account_id = e.account_id and p.enrollment_id = e.id and p.state <> 'completed' order by p.changed_at desc limit 1) as last_module_id,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', s.id, 'title', s.title, 'modules', coalesce((
          select jsonb_agg(jsonb_build_object('id', m.id, 'title', m.title, 'kind', m.kind, 'isRequired', m.is_required,
            'state', coalesce(p.state::text, 'not_started'), 'score', p.score) order by m.position, m.id)
          from modules as m
          left join module_progress as p on p.account_id = m.account_id and p.module_id = m.id and p.enrollment_id = e.id
          where m.account_id = s.account_id and m.section_id = s.id and m.removed_at is null
        ), '[]')) order by s.position, s.id)
        from sections as s where s.account_id = c.account_id and s.course_id = c.id
      ), '[]') as sections
    from courses as c
    left join enrollments as e on not ${isPreview} and e.account_id = c.account_id and e.course_id = c.id and e.user_id = ${actor.id} and e.is_current
    left join certificates as z on z.account_id = e.account_id and z.enrollment_id = e.id
    where c.account_id = ${accountId} and c.id = ${courseId} and (${isPreview} or (e.id is not null and c.state = 'published'))
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  const { lastModuleId, ...told } = rows[0]
  const modules = told.sections.flatMap((section) => section.modules)
  const open = modules.find((module) => module.state !== 'completed') ?? modules[0]
  return { ...told, resumeModuleId: lastModuleId ?? open?.id ?? null }
}
