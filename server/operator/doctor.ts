import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, statfs } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { sql } from 'kysely'
import { type Config, readConfig } from '#server/config.ts'
import { databaseAheadBySeconds, mostSecondsApart } from '#server/db/clocks.ts'
import { hasCluster } from '#server/db/cluster.ts'
import { connect, connectOnce, type Database } from '#server/db/database.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { pendingMigrations } from '#server/db/migrate.ts'
import { prepareAppRole } from '#server/db/roles.ts'
import { verify } from '#server/db/verify.ts'
import { hasRoom } from '#server/files/room.ts'
import { openStorage } from '#server/files/storage.ts'
import { connectToReplica, mostBehindSeconds, secondsBehind } from '#server/gate/replica.ts'
import { greetMailServer } from '#server/mail/mail-server.ts'
import { standing } from '#server/seats/standing.ts'
import { brokenSentence, verifiedIn } from './histories.ts'
import { describe, ofEveryAccount } from './installation.ts'

/** One thing that was looked at. */
export interface Finding {
  readonly check: string
  /** `not_checked`: what it stands on is wrong, or is not there. */
  readonly state: 'ok' | 'wrong' | 'not_checked'
  readonly found: string
  /** What to do about what is wrong. */
  readonly todo?: string
}

/** There is nothing to look at. */
class NotThere extends Error {}

/**
 * Looks at what an installation stands on, one thing after the other, and tells of each. Changes nothing that is in use:
 * neither the schema nor a row. Never throws: what fails is a finding.
 */
export async function* examine(environment: NodeJS.ProcessEnv, { history = false } = {}): AsyncGenerator<Finding> {
  yield* look('Node.js', 'Start Rollcall by npm start, which brings the right one.', nodeVersion)
  const config = yield* look('configuration', 'Set the variables that are named.', async () => ({
    found: 'can be read',
    value: readConfig(environment),
  }))
  if (!config) return
  const isFolder = yield* look('data folder', 'Set DATA_DIR to one in which this user may write.', () =>
    dataFolder(config),
  )
  if (isFolder)
    yield* look('room on disk', 'Make room: uploads and exports are refused until then.', () => room(config))
  if (isFolder || config.s3)
    yield* look('file storage', 'Mend the folder, or the S3_… variables and the rights of their key.', () =>
      files(config),
    )
  yield* look('mail server', 'Mend SMTP_URL, or the mail server: mail waits until then.', () => mail(config))
  const entered = yield* look('database', 'Start it, or mend DATABASE_URL.', () => enter(config))
  if (!entered) return
  try {
    yield* examineDatabase(config, entered.ownerUrl, history)
  } finally {
    await entered.leave()
  }
}

async function* examineDatabase(config: Config, ownerUrl: string, history: boolean): AsyncGenerator<Finding> {
  const isMigrated = yield* look('schema', 'Start the version of Rollcall that belongs to it.', () => schema(ownerUrl))
  if (!isMigrated) return
  const opened = yield* look('application role', 'Take from its role what is named (docs/operation.md).', () =>
    openAsApplication(ownerUrl, config),
  )
  if (!opened) return
  const { database, appUrl } = opened
  const replica = connectToReplica(config, appUrl)
  try {
    yield* look('clocks', 'Set the clocks: nothing due is recorded, sealed or mailed until then.', () =>
      clocks(database),
    )
    yield* look('replica', 'Mend READ_DATABASE_URL or the replica: reports are read from the first database.', () =>
      following(database, replica),
    )
    yield* look(
      'seats',
      'Tell the makers of Rollcall. The server counts seats anew when it starts, and once a day.',
      () => seats(database),
    )
    yield* look('history', 'Find out who changed the database past Rollcall, and restore a backup.', () =>
      histories(database, history),
    )
  } finally {
    await Promise.all([database.destroy(), replica?.destroy()])
  }
}

interface Found<T> {
  readonly found: string
  readonly value: T
}

/** @returns what was looked for; undefined: it is not there, or is wrong */
async function* look<T>(
  check: string,
  todo: string,
  task: () => Promise<string | Found<T>>,
): AsyncGenerator<Finding, T | undefined> {
  try {
    const told = await task()
    yield { check, state: 'ok', found: typeof told === 'string' ? told : told.found }
    return typeof told === 'string' ? undefined : told.value
  } catch (error) {
    const { message } = error as Error
    yield error instanceof NotThere
      ? { check, state: 'not_checked', found: message }
      : { check, state: 'wrong', found: message, todo }
    return undefined
  }
}

async function nodeVersion(): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) < 24)
    throw new Error(`${process.version} is too old: it has to be 24 or newer`)
  return process.version
}

async function dataFolder({ dataDirectory }: Config): Promise<Found<true>> {
  await mkdir(dataDirectory, { recursive: true })
  await access(dataDirectory, constants.R_OK | constants.W_OK | constants.X_OK)
  return { found: `${dataDirectory} can be written`, value: true }
}

async function room({ dataDirectory }: Config): Promise<string> {
  const { bavail, blocks, bsize } = await statfs(dataDirectory)
  const found = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GB of ${((blocks * bsize) / 1024 ** 3).toFixed(1)} GB free`
  if (!(await hasRoom(dataDirectory))) throw new Error(`${found}: less than 1 GB, or than 5 %`)
  return found
}

/** Writes, reads and removes a small file, under a name that no account has. */
async function files(config: Config): Promise<string> {
  const storage = await openStorage(config)
  const key = `doctor/${randomUUID()}`
  const written = 'Rollcall was here.'
  try {
    await storage.put(key, Readable.from([Buffer.from(written)]), Buffer.byteLength(written))
    if ((await text(await storage.open(key))) !== written) throw new Error('what was written is read otherwise')
  } catch (error) {
    await storage.remove(key).catch(() => {})
    throw error
  }
  await storage.remove(key)
  return `${config.s3 ? `the store ${config.s3.bucket}` : 'the data folder'}: a file was written, read and removed`
}

async function mail({ smtpUrl }: Config): Promise<string> {
  if (smtpUrl === undefined) throw new NotThere('none is set: mail is kept in the mail log')
  await greetMailServer(smtpUrl)
  return 'answers, and lets us in'
}

/** The embedded one is joined where it runs, otherwise started until it is left again. */
async function enter({ databaseUrl, dataDirectory }: Config) {
  if (databaseUrl === undefined && !hasCluster(dataDirectory)) throw new NotThere('none yet: the first start makes it')
  const embedded = databaseUrl === undefined ? await startEmbedded(dataDirectory) : undefined
  const leave = async () => embedded?.stop()
  const ownerUrl = databaseUrl ?? embedded!.ownerUrl
  try {
    const connection = await connectOnce(ownerUrl)
    const { rows } = await connection.query<{ version: string; number: number }>(
      "select current_setting('server_version') as version, current_setting('server_version_num')::integer as number",
    )
    await connection.end()
    const { version, number } = rows[0]!
    if (number < 150_000) throw new Error(`PostgreSQL ${version} is too old: 15 or newer is needed`)
    return {
      found: `PostgreSQL ${version}${embedded ? ', embedded' : ''}`,
      value: { ownerUrl, leave },
    }
  } catch (error) {
    await leave()
    throw error
  }
}

async function schema(ownerUrl: string): Promise<Found<true>> {
  const pending = await pendingMigrations(ownerUrl)
  if (pending === null) throw new NotThere('none yet: the first start makes it')
  if (pending.length > 0)
    throw new Error(`it is older than this version, which brings it up to date at its start: ${pending.join(', ')}`)
  return { found: 'as this version knows it', value: true }
}

async function openAsApplication(ownerUrl: string, config: Config) {
  const appUrl = await prepareAppRole(ownerUrl, config.databaseAppUrl)
  const database = connect(appUrl, { max: 2, pooler: config.databasePooler })
  try {
    await verify(database)
  } catch (error) {
    await database.destroy()
    throw error
  }
  return { found: 'has no more rights than it should', value: { database, appUrl } }
}

async function clocks(database: Database): Promise<string> {
  const ahead = await databaseAheadBySeconds(database)
  const found = `the database's is ${Math.abs(ahead).toFixed(1)} s ${ahead < 0 ? 'behind' : 'ahead of'} this machine's`
  if (Math.abs(ahead) >= mostSecondsApart) throw new Error(found)
  return found
}

async function following(first: Database, replica: Database | undefined): Promise<string> {
  if (!replica) throw new NotThere('none is set: reports are read from the first database')
  const seconds = await secondsBehind(first, replica)
  const found = `${seconds.toFixed(1)} s behind`
  if (seconds > mostBehindSeconds) throw new Error(found)
  return found
}

/** T1, R14: what screens show, and what the schema lets nobody exceed, has to be the number of people who are in. */
async function seats(database: Database): Promise<string> {
  const accounts = await ofEveryAccount(database, async (work) => {
    const { used, overBy } = await standing(work)
    const { rows } = await sql<{ people: number }>`
      select count(*) as people from active_users where account_id = ${work.accountId}`.execute(work.db)
    return { ...(await describe(work)), used, overBy, isCounted: used === rows[0]!.people }
  })
  const wrong = accounts.filter(({ isCounted }) => !isCounted).map(({ name }) => name)
  if (wrong.length > 0) throw new Error(`not as many are used as people are in: ${wrong.join(', ')}`)
  const over = accounts.filter(({ overBy }) => overBy > 0).map(({ name, overBy }) => `${name} by ${overBy}`)
  const used = accounts.reduce((sum, account) => sum + account.used, 0)
  return `${used} used, as counted${over.length > 0 ? `; over the limit: ${over.join(', ')}` : ''}`
}

async function histories(database: Database, isAsked: boolean): Promise<string> {
  if (!isAsked) throw new NotThere('not verified, since it can take long: --history does')
  const verified = await verifiedIn(database)
  const broken = verified.filter((one) => one.broken)
  if (broken.length > 0) throw new Error(broken.map(brokenSentence).join(' '))
  return `whole: ${verified.reduce((sum, { events }) => sum + events, 0)} events under their seals`
}
