import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchDatabase } from '../scene/database.ts'
import { below, repeated, type Row, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'
import { root, start } from '../scene/server.ts'

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

/** The same in a clone that was just made: packages are fetched and the web part is built. Once, since it takes so long. */
export async function freshStart(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-clone-'))
  // As root PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o755)
  try {
    execFileSync('git', ['clone', '--quiet', root, folder])
    const startedAt = performance.now()
    const running = await start('scripts/start.mjs', { LOG_LEVEL: 'error', PORT: '0' }, folder)
    await ask(running.port, { path: '/ready' })
    const seconds = (performance.now() - startedAt) / 1_000
    await running.stop()
    return rowOf('start, fresh clone', 's', { ours: [seconds] }, below(90, 's'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
