import { setupLink } from './accounts/setup-link.ts'
import { buildApp } from './app.ts'
import { startClock } from './clock.ts'
import { buildContentApp } from './content/app.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { connect } from './db/database.ts'
import { startEmbedded } from './db/embedded.ts'
import { migrate } from './db/migrate.ts'
import { prepareAppRole } from './db/roles.ts'
import { verify } from './db/verify.ts'
import { connectToReplica } from './gate/replica.ts'
import { openStorage } from './files/storage.ts'
import { Uploads } from './files/uploads.ts'
import { carryOnImports } from './imports/piece.ts'
import { startMail } from './mail/deliver.ts'
import { carryOnOperations } from './operations/carry-on.ts'
import { startWebhooks } from './webhooks/deliver.ts'

const stopLimitMs = 10_000
/** What has been started, in its order. */
const running: (() => Promise<unknown>)[] = []
let stopping = false

async function start(config: Config): Promise<void> {
  const ownerUrl = config.databaseUrl ?? (await ownDatabase(config))
  const appUrl = await prepareAppRole(ownerUrl, config.databaseAppUrl)
  await migrate(ownerUrl)

  const database = connect(appUrl, { pooler: config.databasePooler })
  running.push(() => database.destroy())
  await verify(database)
  const readDatabase = connectToReplica(config, appUrl)
  running.push(async () => readDatabase?.destroy())

  const storage = await openStorage(config)
  const content = await buildContentApp({ database, config, storage })
  running.push(() => content.close())
  const contentPort = Number(new URL(await content.listen({ host: config.host, port: config.contentPort })).port)

  const app = await buildApp({ database, readDatabase, config: { ...config, contentPort }, storage })
  running.push(() => app.close())
  const { port } = new URL(await app.listen({ host: config.host, port: config.port }))

  const uploads = new Uploads(config.dataDirectory)
  const clock = startClock(database, app.log, () => uploads.prune())
  running.push(() => clock.stop())
  const operations = carryOnOperations(database, app.log)
  running.push(() => operations.stop())
  const imports = carryOnImports(database, app.log)
  running.push(() => imports.stop())
  const mailing = startMail(database, { ...config, port: Number(port) || config.port }, app.log)
  running.push(() => mailing.stop())
  const webhooks = startWebhooks(database, config, app.log)
  running.push(() => webhooks.stop())

  const address = config.baseUrl ?? `http://${reachable(config.host)}${port && `:${port}`}`
  const setup = await setupLink(database)
  console.log(setup ? `Rollcall is ready. Set it up at ${address}${setup}` : `Rollcall is ready at ${address}`)
}

async function ownDatabase(config: Config): Promise<string> {
  const postgres = await startEmbedded(config.dataDirectory)
  running.push(() => postgres.stop())
  return postgres.ownerUrl
}

/** Listening on all addresses, or on this machine's own, it is reached by this name. */
const reachable = (host: string) =>
  /^(0\.0\.0\.0|127\.0\.0\.1|::1?)$/.test(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host

/** In reverse, so that nothing loses what it stands on. What takes too long is left behind: nothing committed is lost by it. */
async function stop(exitCode: number): Promise<void> {
  if (stopping) return
  stopping = true
  setTimeout(() => {
    console.error(`Rollcall did not stop within ${stopLimitMs / 1000} s and was ended.`)
    process.exit(1)
  }, stopLimitMs).unref()

  let failed = false
  for (const step of running.reverse()) {
    await step().catch((error: unknown) => {
      failed = true
      console.error(sentence(error))
    })
  }
  process.exit(failed ? 1 : exitCode)
}

function sentence(error: unknown): string {
  const { code, message, port } = error as { code?: string; message: string; port?: number }
  if (code === 'EADDRINUSE') return `The port ${port} is already in use. Set PORT to another one.`
  if (code === 'EACCES' && port) return `The port ${port} may not be opened by this user. Set PORT to one above 1023.`
  return message
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(0))

try {
  await start(readConfig(process.env))
} catch (error) {
  // While it stops, what was being started fails for that reason alone.
  if (!stopping) {
    console.error(error instanceof ConfigError ? error.message : `Rollcall did not start. ${sentence(error)}`)
    await stop(1)
  }
}
