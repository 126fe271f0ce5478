import type { BenchDatabase } from '../scene/database.ts'
import { below, repeated, type Row, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'
import { start } from '../scene/server.ts'

/** `npm start` on a data folder that is there, PostgreSQL included, until the server says that it can serve. */
export async function warmStart(database: BenchDatabase, runs: number): Promise<Row> {
  await database.hibernate()
  const figures = await repeated(runs, async () => {
    const startedAt = performance.now()
    const running = await start('scripts/start.mjs', { DATA_DIR: database.folder, LOG_LEVEL: 'error', PORT: '0' })
    await ask(running.port, { path: '/ready' })
    const seconds = (performance.now() - startedAt) / 1_000
    await running.stop()
    return seconds
  })
  return rowOf('start, warm', 's', { ours: figures }, below(3, 's'))
}
