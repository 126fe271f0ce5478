import type { Bench } from '../bench.ts'
import { inTurn, ratioAtLeast, rowOf } from '../row.ts'
import { answersPerSecond, optionsOf } from '../scene/load.ts'
import { start } from '../scene/server.ts'

const connections = 16
const seconds = 5

/** The cheapest request that somebody signed in can make, against Fastify with one look-up by key. */
export async function gate(bench: Bench): Promise<void> {
  const { server, database, runs } = bench
  const { accountId, learners, adminUrl } = database
  const bare = await start('bench/scene/bare.ts', { DATABASE_URL: adminUrl, WHOM: `${accountId} ${learners[0]!.id}` })
  const tokens = learners.map(({ token }) => token)
  const ask = (port: number, path: string) =>
    answersPerSecond({ ...optionsOf({ port, path, tokens, connections }), duration: seconds })
  try {
    const work = 'requests through the gate'
    await bench.measure(work, async () => {
      const ours = () => bench.watchMemory('the gate', () => ask(server.port, '/api/v1/me/reminders'))
      return rowOf(work, '/s', await inTurn(runs, ours, () => ask(bare.port, '/')), ratioAtLeast(0.6))
    })
  } finally {
    await bare.stop()
  }
}
