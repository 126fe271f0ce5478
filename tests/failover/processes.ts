import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { postgresUser, type PostgresUser } from '#server/db/postgres-user.ts'
import { until } from '#tests/harness/until.ts'

/** A program of others, as a process of its own with its words in a file. */
export class Program {
  readonly #child: ChildProcess
  readonly #log: string

  constructor(child: ChildProcess, log: string) {
    this.#child = child
    this.#log = log
  }

  get words(): string {
    return readFileSync(this.#log, 'utf8')
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined
  }

  /** As a power failure ends it. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return
    this.#child.kill('SIGTERM')
    await until(`${this.#log} has ended`, () => this.hasEnded, 30_000).catch(() => this.kill())
  }
}

/** Starts programs in a folder, as somebody who is not root: neither PostgreSQL nor PgBouncer runs as that. */
export class Processes {
  readonly folder: string
  readonly user: PostgresUser
  readonly #started: Program[] = []

  constructor(folder: string) {
    this.folder = folder
    this.user = postgresUser([folder])
  }

  start(name: string, program: string, args: string[]): Program {
    const log = join(this.folder, `${name}.log`)
    const words = openSync(log, 'a')
    const [started, given, as] = this.user.started(program, args)
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: this.folder, LANG: 'C.UTF-8' }
    const child = spawn(started, given, { ...as, cwd: this.folder, env, stdio: ['ignore', words, words] })
    closeSync(words)
    child.on('error', () => {})
    const running = new Program(child, log)
    this.#started.push(running)
    return running
  }

  /** In reverse, so that none loses what it stands on. */
  async stop(): Promise<void> {
    for (const program of this.#started.reverse()) await program.stop()
  }
}

/** Ports that are free now, all of them different. */
export async function freePorts(howMany: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: howMany },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
