import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, openCluster } from '#server/db/cluster.ts'
import { connectOnce } from '#server/db/database.ts'
import { freePort, hasEnded, launch, pidFile } from '#server/db/postmaster.ts'
import { postgresUser } from '#server/db/postgres-user.ts'
import { until } from './until.ts'

const password = 'lives-for-one-run'

/** A server that runs, and how to come in past every rule. */
export interface Running {
  readonly superuserUrl: string
  stop(): Promise<void>
}

/**
 * A new cluster of the PostgreSQL whose programs lie in this folder, such as /usr/lib/postgresql/15/bin.
 *
 * @throws Error with what `initdb` said
 */
export function otherCluster(programs: string, home: string): Cluster {
  const user = postgresUser([home, programs])
  const directory = join(home, 'cluster')
  const passwordFile = join(home, 'password')
  mkdirSync(directory)
  writeFileSync(passwordFile, password, { mode: 0o600 })
  for (const path of user.owner ? [directory, passwordFile] : []) chownSync(path, user.owner!.uid, user.owner!.gid)
  const login = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  const [program, args, as] = user.started(join(programs, 'initdb'), [
    '-D',
    directory,
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    ...login,
  ])
  const { status, stderr, error } = spawnSync(program, args, { ...as, cwd: home, encoding: 'utf8' })
  if (status !== 0) throw new Error(`No PostgreSQL of ${programs}: ${(error?.message ?? stderr).trim()}`)
  return { home, directory, password, postgres: join(programs, 'postgres'), user }
}

/** A new cluster of the PostgreSQL that this run is about: see tests/harness/postgres.ts. */
export async function aCluster(folder: string): Promise<Cluster> {
  const programs = process.env['TEST_POSTGRES']
  return programs ? otherCluster(programs, folder) : openCluster(folder)
}

/** A streaming replica of this cluster, whose server is stopped for the moment, and will be there again. */
export function replicaOf(cluster: Cluster, { superuserUrl }: Running, home: string): Cluster {
  const directory = join(home, 'cluster')
  mkdirSync(home)
  execFileSync('cp', ['-a', cluster.directory, directory])
  writeFileSync(join(directory, 'standby.signal'), '')
  appendFileSync(join(directory, 'postgresql.auto.conf'), `primary_conninfo = '${superuserUrl}'\n`)
  return { ...cluster, home, directory }
}

/** Starts the server of this cluster, for as long as the run lasts. What it holds survives no power failure. */
export async function startOther(cluster: Cluster): Promise<Running> {
  const port = await freePort(cluster)
  const launched = launch(cluster, port, ['-c', 'fsync=off'])
  const superuserUrl = `postgres://postgres:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/postgres`
  await until(
    'PostgreSQL answers',
    async () => {
      if (launched.ended()) throw new Error(`PostgreSQL does not start. ${launched.words()}`)
      return connectOnce(superuserUrl).then(
        (connection) => connection.end().then(() => true),
        () => false,
      )
    },
    30_000,
  )
  return {
    superuserUrl,
    async stop() {
      const pid = pidFile(cluster)?.pid
      if (pid === undefined) return
      process.kill(pid, 'SIGINT')
      await until('PostgreSQL has stopped', () => hasEnded(pid, cluster), 20_000)
    },
  }
}

/** The owner of the schema and their database, as the embedded PostgreSQL has them. @returns the owner's address */
export async function prepareOther({ superuserUrl }: Running): Promise<string> {
  const admin = await connectOnce(superuserUrl)
  const { password: same } = new URL(superuserUrl)
  try {
    await admin.query(`create role rollcall_owner login createrole password ${admin.escapeLiteral(same)}`)
    await admin.query('create database rollcall owner rollcall_owner')
  } finally {
    await admin.end()
  }
  return Object.assign(new URL(superuserUrl), { username: 'rollcall_owner', pathname: 'rollcall' }).href
}
