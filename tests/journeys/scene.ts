import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, expect, type Page, test as base } from '@playwright/test'
import { sql } from 'kysely'
import type { Role } from '#contract/roles.ts'
import { buildApp } from '#server/app.ts'
import { startClock } from '#server/clock.ts'
import { readConfig } from '#server/config.ts'
import { buildContentApp } from '#server/content/app.ts'
import { connect, type Database } from '#server/db/database.ts'
import { hashOf, newToken } from '#server/gate/credential.ts'
import { openStorage, type Storage } from '#server/files/storage.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { carryOnImports } from '#server/imports/piece.ts'
import { startMail } from '#server/mail/deliver.ts'
import { carryOnOperations } from '#server/operations/carry-on.ts'
import type { Repeating } from '#server/repeat.ts'
import { startWebhooks } from '#server/webhooks/deliver.ts'
import { addCrowd } from '#tests/harness/crowd.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { MailServer } from '#tests/harness/smtp.ts'

export const password = 'correct horse battery staple'
let passwordHash: Promise<string> | undefined
const log = { warn() {}, error: (error: unknown) => console.error(error) }

export interface SomebodyTold {
  readonly firstName: string
  readonly lastName?: string
  readonly role?: Role
  readonly status?: 'active' | 'inactive'
}

/** A person of the scene. */
export interface Somebody {
  readonly id: string
  readonly name: string
  readonly email: string
}

/** A server of its own on a database of its own, with one account, for one journey. */
export class Scene {
  readonly origin: string
  readonly accountId: string
  /** Past every rule of the application's role: to build the scene, and to look at what was stored. */
  readonly store: Database
  readonly database: Database
  readonly storage: Storage
  #clock: Repeating | undefined
  #operations: Repeating | undefined
  #imports: Repeating | undefined
  #mailing: Repeating | undefined
  #webhooks: Repeating | undefined
  #mailServer: MailServer | undefined

  constructor(told: Pick<Scene, 'origin' | 'accountId' | 'store' | 'database' | 'storage'>) {
    this.origin = told.origin
    this.accountId = told.accountId
    this.store = told.store
    this.database = told.database
    this.storage = told.storage
  }

  async add({ firstName, lastName = 'Example', role = 'learner', status = 'active' }: SomebodyTold): Promise<Somebody> {
    passwordHash ??= hashPassword(password)
    const { accountId, store } = this
    const email = `${firstName}.${lastName}@example.org`.toLowerCase()
    const { id } = await store
      .insertInto('users')
      .values({ accountId, role, status })
      .returning('id')
      .executeTakeFirstOrThrow()
    await store.insertInto('profiles').values({ accountId, userId: id, firstName, lastName, email }).execute()
    await store
      .insertInto('credentials')
      .values({ accountId, userId: id, passwordHash: await passwordHash })
      .execute()
    return { id, name: `${firstName} ${lastName}`, email }
  }

  async addMany(count: number): Promise<Somebody[]> {
    const people: Somebody[] = []
    for (let n = 1; n <= count; n++)
      people.push(await this.add({ firstName: 'Lea', lastName: `Learner${String(n).padStart(2, '0')}` }))
    return people
  }

  /** Gives a browser the session of somebody, without the page of sign-in. */
  async enter(context: BrowserContext, { id }: Somebody): Promise<void> {
    const token = newToken()
    await this.store
      .insertInto('sessions')
      .values({ accountId: this.accountId, userId: id, tokenHash: hashOf(token) })
      .execute()
    await context.addCookies([{ name: 'session', value: token, url: this.origin, httpOnly: true, sameSite: 'Lax' }])
  }

  row({ id }: Somebody) {
    return this.store.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  }

  setLimit(seatLimit: number | null) {
    return this.store.updateTable('accounts').set({ seatLimit }).where('id', '=', this.accountId).execute()
  }

  async seatsUsed(): Promise<number> {
    const { rows } = await sql<{
      n: number
    }>`select count(*) as n from active_users where account_id = ${this.accountId}`.execute(this.store)
    return rows[0]!.n
  }

  addCrowd(count: number): Promise<string[]> {
    return addCrowd(this.store, this.accountId, count)
  }

  /** The clock's job is not running unless a journey wants it: what must hold, must hold without (S1). */
  startClock(): void {
    this.#clock = startClock(this.database, log)
  }

  /** Large operations wait until a journey carries them on. */
  carryOnOperations(): void {
    this.#operations = carryOnOperations(this.database, log)
  }

  /** So do imports. */
  carryOnImports(): void {
    this.#imports = carryOnImports(this.database, log)
  }

  /** Mail waits until a journey hands it over: to a mail server of its own. */
  async startMail(): Promise<MailServer> {
    this.#mailServer = await new MailServer().start()
    const config = readConfig({ SMTP_URL: this.#mailServer.url, MAIL_FROM: 'learn@acme.test', BASE_URL: this.origin })
    this.#mailing = startMail(this.database, config, log)
    return this.#mailServer
  }

  /** Webhooks are told nothing unless a journey wants it. */
  startWebhooks(): void {
    this.#webhooks = startWebhooks(this.database, { webhooksMayBePrivate: true }, log)
  }

  async stop(): Promise<void> {
    await this.#webhooks?.stop()
    await this.#clock?.stop()
    await this.#operations?.stop()
    await this.#imports?.stop()
    await this.#mailing?.stop()
    await this.#mailServer?.stop()
  }
}

interface Fixtures {
  zone: string
  scene: Scene
  /** The owner's browser, signed in. */
  asOwner: { page: Page; owner: Somebody }
}

export const test = base.extend<Fixtures>({
  zone: ['Europe/Berlin', { option: true }],

  scene: async ({ zone }, use) => {
    const urls = await freshDatabase()
    const [database, store] = [connect(urls.appUrl), connect(urls.adminUrl)]
    const dataDirectory = mkdtempSync(join(tmpdir(), 'rollcall-files-'))
    const config = readConfig({
      LOG_LEVEL: 'error',
      DATA_DIR: dataDirectory,
      WEBHOOKS_MAY_BE_PRIVATE: 'true',
      IDENTITY_PROVIDERS_MAY_BE_PRIVATE: 'true',
    })
    const storage = await openStorage(config)
    const content = await buildContentApp({ database, config, storage })
    await content.listen({ host: '127.0.0.1', port: 0 })
    const contentPort = (content.server.address() as AddressInfo).port
    const app = await buildApp({ database, config: { ...config, contentPort }, storage })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const { id } = await store
      .insertInto('accounts')
      .values({ name: 'Acme', timeZone: zone })
      .returning('id')
      .executeTakeFirstOrThrow()
    const scene = new Scene({ origin: `http://127.0.0.1:${port}`, accountId: id, store, database, storage })
    await use(scene)
    await scene.stop()
    await app.close()
    await content.close()
    await database.destroy()
    await store.destroy()
    rmSync(dataDirectory, { recursive: true, force: true })
  },

  baseURL: async ({ scene }, use) => use(scene.origin),

  asOwner: async ({ scene, page }, use) => {
    const owner = await scene.add({ firstName: 'Olga', lastName: 'Owner', role: 'owner' })
    await scene.enter(page.context(), owner)
    await use({ page, owner })
  },
})

export { expect }

/** The row of somebody on the People page. */
export const rowOf = (page: Page, { name }: Somebody) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })

/** Chooses a day in the open calendar, paging on as far as needed. */
export async function chooseDay(page: Page, date: string): Promise<void> {
  const day = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${date}T00:00:00Z`))
  const month = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  )
  const calendar = page.locator('.mantine-Popover-dropdown').filter({ has: page.locator('[data-direction="next"]') })
  while (!(await calendar.getByText(month, { exact: true }).isVisible()))
    await calendar.locator('button[data-direction="next"]').click()
  await calendar.getByRole('button', { name: day, exact: true }).click()
}

/** So many days from today, in the zone of the account. */
export const inDays = (days: number, zone = 'Europe/Berlin'): string =>
  new Intl.DateTimeFormat('sv', { timeZone: zone }).format(new Date(Date.now() + days * 86_400_000))

export const shown = (date: string): string => {
  const parts = new Intl.DateTimeFormat('en-US', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).formatToParts(new Date(`${date}T00:00:00Z`))
  const part = (type: string) => parts.find((one) => one.type === type)!.value
  return `${part('day')} ${part('month')} ${part('year')}`
}
