import type { Bench } from '../bench.ts'
import { inTurn, ratioAtLeast, type Row, rowOf } from '../row.ts'
import { answersPerSecond, optionsOf } from '../scene/load.ts'
import { start } from '../scene/server.ts'

const connections = 16
const seconds = 5

/** The cheapest request that somebody signed in can make, against Fastify with one look-up by key. */
export async function gate(bench: Bench): Promise<Row[]> {
  const { server, database, runs } = bench
  const { accountId, learners, adminUrl } = database
  bench.progress('requests through the gate')
  const bare = await start('bench/scene/bare.ts', { DATABASE_URL: adminUrl, WHOM: `${accountId} ${learners[0]!.id}` })
  const tokens = learners.map(({ token }) => token)
  const ask = (port: number, path: string) =>
    answersPerSecond({ ...optionsOf({ port, path, tokens, connections }), duration: seconds })
  try {
    const measured = await inTurn(
      runs,
      () => bench.watchMemory('the gate', () => ask(server.port, '/api/v1/me/reminders')),
      () => ask(bare.port, '/'),
    )
    return [rowOf('requests through the gate', '/s', measured, ratioAtLeast(0.6))]
  } finally {
    await bare.stop()
  }
}
