import { sql } from 'kysely'
import type { ModuleKind, StoredFile } from '#contract/courses.ts'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { ModuleState, openModule as endpoint } from '#contract/portal.ts'
import { allows } from '#contract/roles.ts'
import { hashOf, newToken } from '#server/gate/credential.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { takeEnrollment } from './launch.ts'
import { playing } from './playing.ts'

/** A module that somebody may play. */
export interface Playable {
  readonly id: string
  readonly kind: ModuleKind
  readonly content: unknown
  readonly file: StoredFile | null
  readonly version: number
  readonly enrollmentId: string | null
}

/**
 * Opens a module in the player of this session: from here on it is this one that writes (see `launchOf`). For whoever
 * makes courses there is the preview, of which nothing is recorded.
 *
 * @throws Problem `not_found` also when the course is not one's own, or closed
 */
export async function openModule(
  work: Work,
  { moduleId, preview }: Input<typeof endpoint>,
  contentOrigin: string,
): Promise<Answer<typeof endpoint>> {
  const { db, accountId, actor } = work
  if (actor.id === null) throw new Problem('not_found')
  const module = await playable(work, moduleId, preview)
  const token = newToken()
  if (module.enrollmentId !== null) {
    await takeEnrollment(work, module)
    await sql`delete from launches where account_id = ${accountId} and enrollment_id = ${module.enrollmentId} and module_id = ${moduleId}`.execute(
      db,
    )
  }
  const { id: launchId } = await db
    .insertInto('launches')
    .values({
      accountId,
      sessionId: actor.sessionId,
      userId: actor.id,
      enrollmentId: module.enrollmentId,
      moduleId,
      moduleVersion: module.version,
      tokenHash: hashOf(token),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { state, resume } = await begin(work, module, launchId)
  return {
    launchId,
    state,
    resume,
    playing: await playing(work, module, `${contentOrigin}/${token}/player.html`),
  }
}

async function playable({ db, accountId, actor }: Work, moduleId: string, preview: boolean): Promise<Playable> {
  const mayPreview = preview && actor.id !== null && allows('courses', actor.role)
  const { rows } = await sql<Playable>`
    select m.id, m.kind, m.content, m.version, case when ${mayPreview} then null else e.id end as enrollment_id, case when f.id is not null then
      jsonb_build_object('id', f.id, 'kind', f.kind, 'name', f.name, 'mediaType', f.media_type, 'bytes', f.bytes, 'manifest', f.manifest) end as file
    from modules as m
    join courses as c on c.account_id = m.account_id and c.id = m.course_id
    left join files as f on f.account_id = m.account_id and f.id = m.file_id
    left join enrollments as e on e.account_id = m.account_id and e.course_id = c.id and e.user_id = ${actor.id} and e.is_current
    where m.account_id = ${accountId} and m.id = ${moduleId} and m.removed_at is null
      and (${mayPreview} or (e.id is not null and c.state = 'published'))
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  return rows[0]
}

interface Begun {
  readonly state: ModuleState
  readonly resume: Record<string, unknown> | null
}

async function begin({ db, accountId }: Work, { id, enrollmentId }: Playable, launchId: string): Promise<Begun> {
  if (enrollmentId === null) return { state: 'not_started', resume: null }
  const { rows } = await sql<Begun>`
    insert into module_progress as p (account_id, enrollment_id, module_id, launch_id)
    values (${accountId}, ${enrollmentId}, ${id}, ${launchId})
    on conflict (account_id, enrollment_id, module_id) do update
      set launch_id = ${launchId}, commit_number = 0, changed_at = statement_timestamp()
    returning p.state, p.resume
  `.execute(db)
  await sql`
    update enrollments set started_at = coalesce(started_at, statement_timestamp()), last_at = statement_timestamp()
    where account_id = ${accountId} and id = ${enrollmentId}
  `.execute(db)
  return rows[0]!
}
