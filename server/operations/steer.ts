import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { cancelOperation, pauseOperation, resumeOperation } from '#contract/lifecycle.ts'
import type { Work } from '#server/gate/work.ts'
import { operation } from '#server/lifecycle/operation.ts'
import { Problem } from '#server/problem.ts'

/** Stops a large operation after the piece under way. @throws Problem `not_found`, `operation_over` */
export const pause = (work: Work, { operationId }: Input<typeof pauseOperation>) => steer(work, operationId, 'paused')

/** Goes on with it, from here in the right of whoever resumes it. @throws Problem `not_found`, `operation_over` */
export const resume = (work: Work, { operationId }: Input<typeof resumeOperation>) =>
  steer(work, operationId, 'running')

/** Ends it: what is done stays done, the others are told as not reached. @throws Problem `not_found`, `operation_over` */
export const cancel = (work: Work, { operationId }: Input<typeof cancelOperation>) =>
  steer(work, operationId, 'cancelled')

async function steer(
  work: Work,
  operationId: string,
  to: 'paused' | 'running' | 'cancelled',
): Promise<Answer<typeof pauseOperation>> {
  const { db, accountId, actor } = work
  await operation(work, operationId)
  const { rows } = await sql`
    update operations set state = ${to}, paused_because = null, run_by = ${to === 'running' ? actor.id : sql.ref('run_by')}
    where account_id = ${accountId} and id = ${operationId} and state in ('running', 'paused') returning id
  `.execute(db)
  if (rows.length === 0) throw new Problem('operation_over')
  return operation(work, operationId)
}
