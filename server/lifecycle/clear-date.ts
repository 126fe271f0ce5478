import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { clearDeactivationDate } from '#contract/lifecycle.ts'
import type { Work } from '#server/gate/work.ts'
import { changePeople, type Operated } from './change.ts'
import { allowTimeFor, alreadySo, listed, meant, refusalFor, type Target } from './meant.ts'

const staying: Target = {
  status: sql`u.status`,
  cause: sql`u.status_cause`,
  deactivationDate: sql`null`,
  deactivateAt: sql`null`,
}

/** Takes back the deactivation date of the people meant: they stay active (D3). */
export async function clearDate(
  work: Work,
  { users, confirmCount, ...request }: Input<typeof clearDeactivationDate>,
): Promise<Operated> {
  await allowTimeFor(work, users)
  const asked = { refusal: refusalFor(work, 'clear_date'), already: alreadySo('clear_date'), target: staying }
  return changePeople(work, {
    kind: 'clear_date',
    meant: meant(work, users, asked),
    ids: listed(users),
    ...request,
    request,
    confirmCount,
  })
}
