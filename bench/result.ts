import { availableParallelism, cpus, totalmem } from 'node:os'
import type { Row } from './row.ts'

/** What `--json` writes. */
export interface Result {
  readonly machine: ReturnType<typeof machine>
  readonly people: number
  readonly rows: readonly Row[]
}

/** On what it was measured; nothing that would name the machine. */
export const machine = (postgres: string) => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1024 ** 3),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
  postgres,
})
