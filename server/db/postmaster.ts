import { execFileSync, spawn } from 'node:child_process'
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'

/** Who runs in this directory, or did until a crash. */
export function pidFile(cluster: Cluster): { pid: number; port: number; text: string } | undefined {
  try {
    const [pid, directory, startTime, port] = readFileSync(join(cluster.directory, 'postmaster.pid'), 'utf8').split(
      '\n',
    )
    if (!port) return undefined
    return { pid: Number(pid), port: Number(port), text: [pid, directory, startTime, port, ''].join('\n') }
  } catch {
    return undefined
  }
}

/**
 * Whether the process named in `postmaster.pid` is a server of this directory.
 *
 * After a restart of the machine or the container its number may belong to somebody else, for whom PostgreSQL
 * would refuse to start: then the file goes, and the process is left alone.
 */
export function serverRuns(cluster: Cluster): boolean {
  const named = pidFile(cluster)
  if (!named || !isAlive(named.pid)) return false
  if (commandLine(named.pid).includes(` -D ${cluster.directory} `)) return true
  if (isAlive(named.pid) && pidFile(cluster)?.text === named.text) rmSync(join(cluster.directory, 'postmaster.pid'))
  return false
}

/** Its own file tells first: without an init process the dead stay in the list. */
export const hasEnded = (pid: number, cluster: Cluster) => pidFile(cluster)?.pid !== pid || !isAlive(pid)

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

export interface Launched {
  ended(): boolean
  /** What PostgreSQL has said since, on the screen or in its log. */
  words(): string
}

const mostLogBytes = 1_000_000

/** Starts the server, and does not wait until it answers. */
export function launch(cluster: Cluster, port: number, flags: string[]): Launched {
  writeFileSync(join(cluster.home, 'port'), String(port))
  const logFile = join(cluster.home, 'log')
  // Two nodes that start together both write here; what stood in it before is not this start's.
  const log = openSync(logFile, 'a', 0o600)
  const before = fstatSync(log).size
  if (before > mostLogBytes) ftruncateSync(log)
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // What people wrote stands in the texts of errors, and does not belong into a log.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [program, args, as] = cluster.user.started(cluster.postgres, ['-D', cluster.directory, ...options, ...flags])
  // In a session of its own, so that Ctrl-C reaches this node alone, which then stops the server in its turn.
  const child = spawn(program, args, { ...as, cwd: cluster.home, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  child.unref()
  let failure: Error | undefined
  child.once('error', (error) => (failure = error))
  return {
    ended: () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
    words: () => failure?.message ?? wordsSince(logFile, before),
  }
}

function wordsSince(logFile: string, before: number): string {
  const words = readFileSync(logFile)
  return words
    .subarray(words.length < before ? 0 : before)
    .toString()
    .trim()
}

/** The last port, so that a bookmark of an administrator's tool stays right; another one when it is taken. */
export async function freePort(cluster: Cluster): Promise<number> {
  const last = rememberedPort(cluster)
  return (last && (await listened(last))) || (await listened(0)) || 0
}

function rememberedPort(cluster: Cluster): number {
  try {
    return Number(readFileSync(join(cluster.home, 'port'), 'utf8'))
  } catch {
    return 0
  }
}

const listened = (port: number) =>
  new Promise<number | undefined>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })
