import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { until } from '#tests/harness/until.ts'
import type { DatabaseCluster } from './database-cluster.ts'
import { filled } from './filled.ts'
import { freePorts, type Processes } from './processes.ts'
import type { Programs } from './programs.ts'

const host = '127.0.0.1'

/** Where everything is reached. */
export interface Front {
  /** The primary, whichever it is. */
  readonly primaryPort: number
  readonly replicaPort: number
  /** The primary by way of PgBouncer. */
  readonly poolerPort: number
  /** Rollcall, by way of HAProxy. */
  readonly httpPort: number
  /** Where HAProxy looks for the nodes. */
  readonly nodePorts: readonly number[]
}

/** HAProxy before the database and before the nodes, and PgBouncer before the primary, for this login. */
export async function startFront(
  processes: Processes,
  programs: Programs,
  cluster: DatabaseCluster,
  login: { name: string; password: string },
): Promise<Front> {
  const [primaryPort, replicaPort, poolerPort, httpPort, ...nodePorts] = (await freePorts(6)) as [
    number,
    number,
    number,
    number,
    ...number[],
  ]
  const written = (file: string, text: string): string => {
    const path = join(processes.folder, file)
    writeFileSync(path, text, { mode: 0o644 })
    return path
  }
  const lists = {
    database: cluster.members.map(({ name, port, restPort }) => ({ name, port, restPort })),
    node: nodePorts.map((port, place) => ({ name: `node${place + 1}`, port })),
  }
  const ports = { host, primaryPort, replicaPort, poolerPort, httpPort }
  const users = written('users.txt', `"${login.name}" "${login.password}"\n`)
  const haproxy = written('haproxy.cfg', filled('haproxy.cfg', ports, lists))
  const pgbouncer = written('pgbouncer.ini', filled('pgbouncer.ini', { ...ports, users }))
  const started = [
    processes.start('haproxy', programs.haproxy, ['-db', '-f', haproxy]),
    processes.start('pgbouncer', programs.pgbouncer, [pgbouncer]),
  ]
  for (const port of [primaryPort, poolerPort])
    await until(
      'HAProxy and PgBouncer listen',
      () => {
        const ended = started.find((program) => program.hasEnded)
        if (ended) throw new Error(ended.words)
        return listens(port)
      },
      20_000,
    )
  return { primaryPort, replicaPort, poolerPort, httpPort, nodePorts }
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
