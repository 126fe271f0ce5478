import { availableParallelism } from 'node:os'
import { hashPassword, verifyPassword } from '#server/gate/passwords.ts'
import type { Bench } from '../bench.ts'
import { inTurn, ratioAtLeast, rowOf } from '../row.ts'
import { answersPerSecond } from '../scene/load.ts'

const password = 'a password of the bench'
const connections = 8
const seconds = 5

/** People who sign in with their passwords, against nothing but comparing as many hashes at once as there are cores. */
export async function signIn(bench: Bench): Promise<void> {
  const { server, database, runs } = bench
  const { admin, accountId } = database
  const hash = await hashPassword(password)
  const { rows } = await admin.query<{ email: string }>(
    `with chosen as (
       update credentials as c set password_hash = $2 from (
         select id from active_users where account_id = $1 and role = 'learner' order by md5(id::text) limit 500
       ) as u where c.account_id = $1 and c.user_id = u.id returning c.user_id
     )
     select email from profiles join chosen using (user_id) where account_id = $1`,
    [accountId, hash],
  )
  let place = 0
  const next = () => JSON.stringify({ email: rows[place++ % rows.length]!.email, password })
  const signIns = () =>
    answersPerSecond({
      url: `http://127.0.0.1:${server.port}/api/v1/sign-in`,
      connections,
      duration: seconds,
      requests: [
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          setupRequest: (request) => ({ ...request, body: next() }),
        },
      ],
    })
  await bench.measure('sign in', async () => {
    const ours = () => bench.watchMemory('sign in', signIns)
    return rowOf('sign in', '/s', await inTurn(runs, ours, () => hashesPerSecond(hash)), ratioAtLeast(0.9))
  })
}

async function hashesPerSecond(hash: string): Promise<number> {
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1_000
  let compared = 0
  const one = async () => {
    while (performance.now() < endsAt) {
      if (!(await verifyPassword(hash, password))) throw new Error('The password is not the one that was hashed.')
      compared++
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, one))
  return (compared * 1_000) / (performance.now() - startedAt)
}
