import type { Answer, Input } from '#contract/endpoint.ts'
import type { changeSeats } from '#contract/seats.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { standing } from './standing.ts'

/**
 * Changes the plan. A limit below the number in use deactivates nobody (T5): it only lets nobody new in.
 *
 * @throws Problem `limit_is_the_operators`
 */
export async function change(
  work: Work,
  { limit, fillFromWaiting }: Input<typeof changeSeats>,
): Promise<Answer<typeof changeSeats>> {
  const { db, accountId } = work
  const { limitSetBy } = await standing(work)
  if (limit !== undefined && limitSetBy === 'operator') throw new Problem('limit_is_the_operators')
  if (limit !== undefined || fillFromWaiting !== undefined) {
    await db
      .updateTable('accounts')
      .set({
        ...(limit !== undefined && { seatLimit: limit }),
        ...(fillFromWaiting !== undefined && { fillFromWaiting }),
      })
      .where('id', '=', accountId)
      .execute()
  }
  return standing(work)
}
