import { type RawBuilder, sql } from 'kysely'
import type { LearningState } from '#contract/enrollments.ts'

/**
 * How far the enrollment `e` of the person `u` is. While they are inactive an open one is on hold, and nothing of it is
 * overdue (C7.77, C7.79).
 *
 * `today`: the account's, as SQL
 */
export const learningState = (today: RawBuilder<unknown>): RawBuilder<LearningState> => sql<LearningState>`case
    when e.completed_at is not null then 'completed'
    when not is_active(u.status, u.deactivate_at) then 'on_hold'
    when e.due_date < ${today} then 'overdue'
    when e.started_at is not null then 'in_progress'
    else 'not_started'
  end`

/** Today in the zone of the account `a`. */
export const todayThere = sql`today_in(a.time_zone)`
