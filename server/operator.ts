import { randomBytes, randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { Command, InvalidArgumentError } from 'commander'
import { sql } from 'kysely'
import { z } from 'zod'
import { Email, Line, Password } from '#contract/words.ts'
import { createAccount } from '#server/accounts/set-up.ts'
import { backup } from '#server/backup/backup.ts'
import { NotRestored, restore } from '#server/backup/restore.ts'
import { type Config, ConfigError, readConfig } from '#server/config.ts'
import { connect, type Database } from '#server/db/database.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { migrate } from '#server/db/migrate.ts'
import { prepareAppRole } from '#server/db/roles.ts'
import { openStorage } from '#server/files/storage.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { takeTurn, type Work, workFor } from '#server/gate/work.ts'
import { verifyHistory } from '#server/lifecycle/seal-history.ts'
import { transferOwner } from '#server/lifecycle/transfer-owner.ts'
import { Problem } from '#server/problem.ts'
import { standing } from '#server/seats/standing.ts'
import { endAllOf } from '#server/sign-in/my-second-step.ts'
import { endSessionsOf } from '#server/sign-in/sessions.ts'

/*
 * The operator's command line: for whoever runs the installation, not for the people of an account. It works on the
 * database itself, whether the server runs or not.
 */

/** What the operator has to mend; told as a sentence, without a stack. */
class Mistake extends Error {}

const reads =
  <T>(schema: z.ZodType<T>) =>
  (typed: string): T => {
    const read = schema.safeParse(typed)
    if (!read.success) throw new InvalidArgumentError(read.error.issues.map((issue) => issue.message).join(' '))
    return read.data
  }
const Host = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, { error: 'Give a host name like acme.example.org.' })
const Limit = z
  .string()
  .regex(/^([1-9]\d{0,7}|unlimited)$/, { error: 'Give a number of seats from 1 on, or unlimited.' })
  .transform((typed) => (typed === 'unlimited' ? null : Number(typed)))

const program = new Command('operator')
  .description('Creates accounts, sets their seat limit and host, helps a lost owner, makes and restores backups.')
  .addHelpText(
    'after',
    `
Examples:
  npm run operator -- accounts list
  npm run operator -- accounts create --name Acme --host acme.example.org --zone Europe/Berlin --limit 200 \\
      --owner-first-name Olga --owner-last-name Owner --owner-email olga@example.org --generate-password
  npm run operator -- accounts set-limit acme.example.org 250
  npm run operator -- accounts set-host <id> acme.example.org
  npm run operator -- accounts owner-password acme.example.org
  npm run operator -- accounts transfer-owner acme.example.org --to ada@example.org
  npm run operator -- verify-history
  npm run operator -- backup rollcall.zip
  DATA_DIR=new-data npm run operator -- restore rollcall.zip

An account is named by its host or its id. Passwords are asked for, or read from standard input.`,
  )
program
  .command('backup <file>')
  .description('Everything that this installation holds, as one file; the server may be running')
  .action((file: string) =>
    withOwner(async (ownerUrl, config) => {
      const { rows, files } = await backup(ownerUrl, openStorage(config), file)
      console.log(
        `${file}: ${rows['users']} people in ${counted(rows['accounts']!, 'account')}, ${counted(files, 'file')}.`,
      )
    }),
  )
program
  .command('restore <file>')
  .description('A backup into an installation in which nothing is yet; everybody signs in anew')
  .action((file: string) =>
    withOwner(async (ownerUrl, config) => {
      const { rows, files, madeAt } = await restore(ownerUrl, openStorage(config), file)
      console.log(
        `Restored as of ${madeAt}: ${rows['users']} people in ${counted(rows['accounts']!, 'account')}, ${counted(files, 'file')}. Everybody signs in anew, API tokens are made anew, and webhooks are paused.`,
      )
    }),
  )

program
  .command('verify-history')
  .description('Whether the history of every account is what it was when it was sealed')
  .action(() =>
    withDatabase(async (database) => {
      for (const id of await idsOf(database)) {
        const { name, seals, events, broken } = await workFor(database, id, 'operator', async (work) => ({
          ...(await describe(work)),
          ...(await verifyHistory(work)),
        }))
        if (broken) process.exitCode = 1
        console.log(
          broken
            ? `${name}: BROKEN. Seal ${broken.seal} of ${seals} does not hold: between ${broken.since ?? 'the beginning'} and ${broken.until} an event was added, changed or taken out.`
            : `${name}: whole. ${counted(events, 'event')} under ${counted(seals, 'seal')}.`,
        )
      }
    }),
  )

const accounts = program.command('accounts').description('The accounts of this installation')

accounts
  .command('list')
  .description('All accounts, with their seats')
  .option('--json', 'as JSON')
  .action(({ json }: { json?: boolean }) =>
    withDatabase(async (database) => {
      const told = []
      for (const id of await idsOf(database)) {
        told.push(
          await workFor(database, id, 'operator', async (work) => ({
            ...(await describe(work)),
            seats: await standing(work),
          })),
        )
      }
      if (json) return console.log(JSON.stringify(told, null, 2))
      for (const { id, name, host, owner, seats } of told) {
        console.log(
          `${id}  ${host ?? '(any host)'}  ${name}  ${seats.used} of ${seats.limit ?? 'unlimited'} seats  owner ${owner}`,
        )
      }
      if (told.length === 0)
        console.log('There is no account yet. Open the setup link that the server prints, or create one here.')
    }),
  )

accounts
  .command('create')
  .description('Create an account with its owner; its seat limit is yours to set from then on')
  .requiredOption('--name <name>', 'name of the account', reads(Line(100)))
  .requiredOption('--host <host>', 'the host name at which it answers', reads(Host))
  .requiredOption('--zone <zone>', 'time zone, like Europe/Berlin')
  .requiredOption('--owner-first-name <name>', 'of the owner', reads(Line(100)))
  .requiredOption('--owner-last-name <name>', 'of the owner', reads(Line(100)))
  .requiredOption('--owner-email <email>', 'of the owner', reads(Email))
  .option('--limit <seats>', 'number of seats, or unlimited', reads(Limit), null)
  .option('--generate-password', 'make a password and print it')
  .action(
    (told: {
      name: string
      host: string
      zone: string
      ownerFirstName: string
      ownerLastName: string
      ownerEmail: string
      limit: number | null
      generatePassword?: boolean
    }) =>
      withDatabase(async (database) => {
        await refuseHostless(database)
        const password = await newPassword(told.generatePassword)
        const id = randomUUID()
        await workFor(database, id, 'operator', async (work) =>
          createAccount(work, {
            accountName: told.name,
            host: told.host,
            timeZone: told.zone,
            seatLimit: told.limit,
            limitSetBy: 'operator',
            firstName: told.ownerFirstName,
            lastName: told.ownerLastName,
            email: told.ownerEmail,
            passwordHash: await hashPassword(password),
          }),
        )
        if (told.generatePassword) console.log(`Password: ${password}`)
        console.log(`Created ${told.name} (${id}) at ${told.host}.`)
      }),
  )

accounts
  .command('set-limit <account> <seats>')
  .description('Set the seat limit; it is yours to set from then on. Below the number in use it deactivates nobody')
  .action((account: string, seats: string) =>
    inAccount(account, async (work) => {
      const seatLimit = reads(Limit)(seats)
      await work.db
        .updateTable('accounts')
        .set({ seatLimit, limitSetBy: 'operator' })
        .where('id', '=', work.accountId)
        .execute()
      const { used, overBy } = await standing(work)
      console.log(
        `${used} of ${seatLimit ?? 'unlimited'} seats used${overBy > 0 ? `, over the limit by ${overBy}` : ''}.`,
      )
    }),
  )

accounts
  .command('set-host <account> <host>')
  .description('Set the host name at which an account answers')
  .action((account: string, named: string) =>
    inAccount(account, async (work) => {
      const host = reads(Host)(named)
      await work.db.updateTable('accounts').set({ host }).where('id', '=', work.accountId).execute()
      const { made } = await work.db
        .selectFrom('passkeys')
        .select((expression) => expression.fn.countAll<number>().as('made'))
        .where('accountId', '=', work.accountId)
        .where('host', '!=', host)
        .executeTakeFirstOrThrow()
      console.log(`It answers at ${host}.`)
      if (made > 0) console.log(`Passkeys that were made at another host do not work there: ${made}.`)
    }),
  )

accounts
  .command('owner-password <account>')
  .description('Give the owner a new password without a second step or passkeys, and end their sessions')
  .option('--generate-password', 'make a password and print it')
  .action(async (account: string, { generatePassword }: { generatePassword?: boolean }) => {
    // Asked before its turn: nobody of the account waits for whoever thinks of a password.
    const password = await newPassword(generatePassword)
    const passwordHash = await hashPassword(password)
    await inAccount(account, async (work) => {
      const { id: ownerId } = await work.db
        .selectFrom('users')
        .select('id')
        .where('accountId', '=', work.accountId)
        .where('role', '=', 'owner')
        .executeTakeFirstOrThrow()
      await work.db
        .updateTable('credentials')
        .set({ passwordHash })
        .where('accountId', '=', work.accountId)
        .where('userId', '=', ownerId)
        .execute()
      await endSessionsOf(work, ownerId)
      await endAllOf(work, ownerId)
    })
    if (generatePassword) console.log(`Password: ${password}`)
    console.log('The owner has a new password, and is signed out everywhere.')
  })

accounts
  .command('transfer-owner <account>')
  .description('Make another active person the owner; the owner before becomes an administrator')
  .requiredOption('--to <email>', 'of the new owner')
  .action((account: string, { to }: { to: string }) =>
    inAccount(account, async (work) => {
      const { rows } = await sql<{ userId: string }>`
        select user_id from profiles where account_id = ${work.accountId} and email_key = lower(${to})
      `.execute(work.db)
      if (!rows[0]) throw new Mistake(`Nobody in this account has the e-mail ${to}.`)
      await transferOwner(work, rows[0].userId)
      console.log(`${to} owns the account now.`)
    }),
  )

const counted = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`

function withDatabase(task: (database: Database) => Promise<unknown>): Promise<void> {
  return withOwner(async (_ownerUrl, config, appUrl) => {
    const database = connect(appUrl, { max: 2, pooler: config.databasePooler })
    await task(database).finally(() => void database.destroy())
  })
}

/** As the owner of the schema, which is brought up to this version. */
async function withOwner(task: (ownerUrl: string, config: Config, appUrl: string) => Promise<unknown>): Promise<void> {
  const config = readConfig(process.env)
  const embedded = config.databaseUrl === undefined ? await startEmbedded(config.dataDirectory) : undefined
  try {
    const ownerUrl = config.databaseUrl ?? embedded!.ownerUrl
    const appUrl = await prepareAppRole(ownerUrl, config.databaseAppUrl)
    await migrate(ownerUrl)
    await task(ownerUrl, config, appUrl)
  } finally {
    await embedded?.stop()
  }
}

/** Work of the operator in one account, named by its host or its id. In turn, since it may change who is in. */
function inAccount(named: string, task: (work: Work) => Promise<void>): Promise<void> {
  return withDatabase(async (database) => {
    for (const id of await idsOf(database)) {
      const isIt = named === id || named.toLowerCase() === (await workFor(database, id, 'operator', describe)).host
      if (!isIt) continue
      return workFor(database, id, 'operator', async (work) => {
        await takeTurn(work)
        await task(work)
      })
    }
    throw new Mistake(`There is no account ${named}. "accounts list" names all by host and id.`)
  })
}

async function idsOf(database: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from every_account() as id`.execute(database)
  return rows.map(({ id }) => id)
}

async function describe({
  db,
  accountId,
}: Work): Promise<{ id: string; name: string; host: string | null; owner: string }> {
  const { rows } = await sql<{ id: string; name: string; host: string | null; owner: string }>`
    select a.id, a.name, a.host, p.email as owner from accounts as a
    join users as u on u.account_id = a.id and u.role = 'owner'
    join profiles as p on p.account_id = a.id and p.user_id = u.id where a.id = ${accountId}
  `.execute(db)
  return rows[0]!
}

/** An account without a host answers everywhere while it is alone; beside another it would answer nowhere. */
async function refuseHostless(database: Database): Promise<void> {
  for (const id of await idsOf(database)) {
    const { name, host } = await workFor(database, id, 'operator', describe)
    if (host === null)
      throw new Mistake(
        `${name} has no host yet, and would not be reached beside a second account. First: accounts set-host ${id} <host>`,
      )
  }
}

async function newPassword(isGenerated = false): Promise<string> {
  if (isGenerated) return randomBytes(15).toString('base64url')
  const lines = createInterface({ input: process.stdin, ...(process.stdin.isTTY && { output: process.stderr }) })
  const typed = await lines.question(process.stdin.isTTY ? 'New password: ' : '')
  lines.close()
  const read = Password.safeParse(typed)
  if (!read.success) throw new Mistake(read.error.issues.map((issue) => issue.message).join(' '))
  return read.data
}

try {
  await program.parseAsync()
} catch (error) {
  const isForeseen = [Mistake, NotRestored, Problem, ConfigError, InvalidArgumentError].some(
    (foreseen) => error instanceof foreseen,
  )
  const isHostTaken = (error as { constraint?: string }).constraint === 'accounts_host_key'
  const problem = isHostTaken
    ? new Mistake('Another account answers at this host. "accounts list" names all.')
    : isForeseen
      ? (error as Error)
      : Problem.fromConstraint(error)
  console.error(problem ? problem.message : error)
  process.exitCode = 1
}
