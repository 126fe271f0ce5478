import type { Row } from './row.ts'
import type { BenchDatabase } from './scene/database.ts'
import type { Server } from './scene/server.ts'

/** What a work is measured in: the database with its people, and a server that was just started on it. */
export interface Bench {
  readonly people: number
  readonly runs: number
  readonly database: BenchDatabase
  readonly server: Server
  /** Adds a row, or several that are measured at once. What fails is told, and the next are measured all the same. */
  measure(work: string, task: () => Promise<Row | Row[]>): Promise<void>
  /** What the server needs most while it does this is a row of its own. */
  watchMemory<T>(work: string, task: () => Promise<T>): Promise<T>
}

/** Rows that are measured together. Whatever it changes it restores. */
export type Family = (bench: Bench) => Promise<void>
