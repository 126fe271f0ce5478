import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Connection } from '#server/db/database.ts'
import { until } from '#tests/harness/until.ts'

export const root = join(import.meta.dirname, '../..')
/** As `npm start` starts the server. */
const nodeFlags = JSON.parse(readFileSync(join(root, 'server/node-flags.json'), 'utf8')) as string[]

const children = new Set<ChildProcess>()
process.once('exit', () => children.forEach((child) => child.kill('SIGTERM')))

/** A process of ours that listens on a port of its own. */
export interface Running {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

export interface Server extends Running {
  /** In MB, as the system counts it: now, and at most since `forgetPeak()`. */
  memory(): number
  peak(): number
  forgetPeak(): void
}

/**
 * Starts a program of ours and waits until it says at which port it answers.
 *
 * @throws Error when it ends instead
 */
export async function start(program: string, env: Record<string, string>, within = root): Promise<Running> {
  const child = spawn(process.execPath, [...nodeFlags, join(within, program)], {
    cwd: within,
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const ended = once(child, 'exit')
  child.once('exit', () => children.delete(child))
  const port = await Promise.race([
    portOf(child),
    ended.then(([code]) => {
      throw new Error(`${program} ended with ${String(code)} before it answered.`)
    }),
  ])
  return {
    port,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM')
      const [code] = await ended
      if (code !== 0) throw new Error(`${program} ended with ${String(code)}.`)
    },
  }
}

/** The real server on the bench's database, when what it does at its start is done. */
export async function startServer(admin: Connection, folder: string, ownerUrl: string): Promise<Server> {
  const running = await start('server/main.ts', {
    DATABASE_URL: ownerUrl,
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
    PORT: '0',
  })
  await untilIdle(admin)
  const status = (name: string) => {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${running.pid}/status`, 'utf8'))
    if (!line) throw new Error(`The system does not tell ${name} of a process.`)
    return Number(line[1]) / 1024
  }
  return {
    ...running,
    memory: () => status('VmRSS'),
    peak: () => status('VmHWM'),
    forgetPeak: () => writeFileSync(`/proc/${running.pid}/clear_refs`, '5'),
  }
}

async function untilIdle(admin: Connection): Promise<void> {
  let idle = 0
  await until(
    'the server is done with what it does at its start',
    async () => {
      const { rows } = await admin.query<{ busy: boolean }>(`
        select exists (select from mails_due(1)) or exists (
          select from pg_stat_activity where application_name = 'rollcall' and state <> 'idle' and pid <> pg_backend_pid()
        ) as busy`)
      idle = rows[0]!.busy ? 0 : idle + 1
      return idle === 50
    },
    600_000,
  )
}

async function portOf(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const address = /http:\/\/\S+/.exec(line)
    if (address) return Number(new URL(address[0]).port)
  }
  return new Promise(() => {})
}

/** What the operator's shell says about the database, mail or ports is not for the bench. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(PATH|HOME|TMPDIR|LANG|NODE_COMPILE_CACHE)$/.test(name)),
  )
