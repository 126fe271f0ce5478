import { execFile } from 'node:child_process'
import { join } from 'node:path'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

/** Runs `rollcall` as its users do, with nothing of this process's environment but the path. */
export const runRollcall = (
  args: readonly string[],
  { typed = '', env = {}, cwd }: { typed?: string; env?: Record<string, string>; cwd?: string } = {},
): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(import.meta.dirname, '../../cli/rollcall.ts'), ...args],
      { env: { PATH: process.env['PATH'], ...env }, ...(cwd !== undefined && { cwd }) },
      (failure, out, error) => resolve({ code: failure ? Number(failure.code) : 0, out, error }),
    )
    child.stdin!.end(typed)
  })
