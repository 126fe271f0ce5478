import { sql } from 'kysely'
import type { ModuleKind, StoredFile } from '#contract/courses.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/** An open player of this session, and what it plays. */
export interface Launch {
  readonly id: string
  readonly moduleId: string
  readonly kind: ModuleKind
  readonly content: unknown
  readonly manifest: StoredFile['manifest']
  /** Whether its author has changed the module since it was opened. */
  readonly isChanged: boolean
  /** Null: a preview, of which nothing is recorded. */
  readonly enrollmentId: string | null
}

/**
 * Lets whoever opens a player, or writes from one, be alone in the enrollment: of two players at once the second counts
 * what the first has done.
 */
export async function takeEnrollment(
  { db, accountId, actor }: Work,
  which: { enrollmentId: string | null } | { launchId: string },
): Promise<void> {
  const these =
    'launchId' in which
      ? sql`(select enrollment_id from launches where account_id = ${accountId} and id = ${which.launchId} and user_id = ${actor.id})`
      : which.enrollmentId
  await sql`select from enrollments as e where e.account_id = ${accountId} and e.id = ${these} for no key update`.execute(
    db,
  )
}

/**
 * The player that writes. Only the one that was opened last for a module may: of two windows the older one is told.
 *
 * @throws Problem `opened_elsewhere`
 */
export async function launchOf(
  work: Work,
  { launchId, moduleId }: { launchId: string; moduleId: string },
): Promise<Launch> {
  const { db, accountId, actor } = work
  await takeEnrollment(work, { launchId })
  const { rows } = await sql<Launch>`
    select l.id, l.module_id, m.kind, m.content, f.manifest, coalesce(l.module_version <> m.version, false) as is_changed, l.enrollment_id
    from launches as l
    join modules as m on m.account_id = l.account_id and m.id = l.module_id and m.removed_at is null
    join courses as c on c.account_id = m.account_id and c.id = m.course_id
    left join files as f on f.account_id = m.account_id and f.id = m.file_id
    left join enrollments as e on e.account_id = l.account_id and e.id = l.enrollment_id
    where l.account_id = ${accountId} and l.id = ${launchId} and l.module_id = ${moduleId}
      and l.user_id = ${actor.id} and l.session_id = ${actor.id === null ? null : actor.sessionId}
      and (l.enrollment_id is null or (e.is_current and c.state = 'published'))
  `.execute(db)
  if (!rows[0]) throw new Problem('opened_elsewhere')
  return rows[0]
}
