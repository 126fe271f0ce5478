import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The embedded PostgreSQL of a data folder, with a clock that can be set while it runs, by libfaketime. A server that is
 * started on the same folder joins it, and has the right time itself.
 */
export class ClockedPostgres {
  readonly #dataDirectory: string
  // Read by PostgreSQL's own user at every look at the clock.
  readonly #clock = mkdtempSync(join(tmpdir(), 'rollcall-clock-'))
  #node: ChildProcess | undefined

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory
    chmodSync(this.#clock, 0o755)
  }

  async start(): Promise<this> {
    const library = process.env['FAKETIME_LIBRARY'] ?? ''
    if (!existsSync(library)) {
      throw new Error(
        'There is no libfaketime to set the clock of a database with. Install the package `faketime` (Debian, Ubuntu) or `libfaketime` (Fedora, Homebrew), or set FAKETIME_LIBRARY to the path of its library.',
      )
    }
    removeRemains()
    this.aheadBy(0)
    const { PATH = '', HOME = '' } = process.env
    const node = spawn(process.execPath, ['tests/harness/embedded-node.ts', this.#dataDirectory], {
      env: {
        PATH,
        HOME,
        POSTGRES_PRELOADS: library,
        FAKETIME_TIMESTAMP_FILE: join(this.#clock, 'offset'),
        FAKETIME_NO_CACHE: '1',
        // How long something takes is as long as it takes, and files are as old as they are.
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        NO_FAKE_STAT: '1',
      },
    })
    this.#node = node
    let words = ''
    await new Promise<void>((resolve, reject) => {
      node.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()))
      node.stdout.once('data', () => resolve())
      node.once('exit', (code, signal) => reject(new Error(`PostgreSQL ended (${code ?? signal}). ${words}`)))
    })
    return this
  }

  /** Sets its clock; below zero it is behind. */
  aheadBy(seconds: number): void {
    writeFileSync(join(this.#clock, 'offset'), `${seconds < 0 ? '' : '+'}${seconds}`)
  }

  async stop(): Promise<void> {
    const node = this.#node
    if (node && node.exitCode === null && node.signalCode === null) {
      const ended = new Promise((resolve) => node.once('exit', resolve))
      node.kill('SIGTERM')
      await ended
    }
    rmSync(this.#clock, { recursive: true, force: true })
  }
}

const sharedMemory = '/dev/shm'

/**
 * What killed processes left of libfaketime: it cannot begin in a process that happens to have the number of one of
 * them and another user.
 */
function removeRemains(): void {
  if (!existsSync(sharedMemory)) return
  for (const name of readdirSync(sharedMemory)) {
    const [, processId] = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)$/.exec(name) ?? []
    if (!processId || existsSync(`/proc/${processId}`)) continue
    const path = join(sharedMemory, name)
    const isOurs = [0, statSync(path).uid].includes(process.getuid?.() ?? -1)
    if (isOurs) rmSync(path, { force: true })
  }
}
