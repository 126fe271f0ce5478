import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import type { Call } from '#contract/endpoint.ts'
import {
  activateUsers,
  clearDeactivationDate,
  deactivateUsers,
  type Operation,
  type Outcome,
} from '#contract/lifecycle.ts'
import { addUsers } from '#contract/people.ts'
import { exportReport, reportNames } from '#contract/reports.ts'
import { Role } from '#contract/roles.ts'
import { getSeats } from '#contract/seats.ts'
import { getMe } from '#contract/sign-in.ts'
import { call, type Door, Refused, send } from './client.ts'
import { addresses, asRow, everybody, idsOf, preview } from './people.ts'
import { ended, show, tellChange } from './tell.ts'

/*
 * The command line for whoever manages people: it speaks to a server by an API token, from any machine. The operator's
 * own, which works on the database, is server/operator.ts.
 */

interface Changing {
  readonly reason?: string
  readonly dryRun?: boolean
  readonly confirm?: number
  readonly json?: boolean
}

const program = new Command('rollcall')
  .description('Sees and changes who is in, on a Rollcall server.')
  .addOption(new Option('--url <address>', 'where the server is').env('ROLLCALL_URL').makeOptionMandatory())
  .addOption(
    new Option('--token <token>', 'an API token, made under Settings or My account')
      .env('ROLLCALL_TOKEN')
      .makeOptionMandatory(),
  )
  .addHelpText(
    'after',
    `
Examples:
  export ROLLCALL_URL=https://learn.example.org ROLLCALL_TOKEN=rollcall_…
  npm run -s rollcall -- users list --status leaving
  npm run -s rollcall -- users add --first-name Nora --last-name New --email nora@example.org --invite
  npm run -s rollcall -- users deactivate lea@example.org --on 2031-05-31 --reason "Contract ends"
  cut -d, -f2 left.csv | npm run -s rollcall -- users deactivate - --dry-run
  npm run -s rollcall -- users activate lea@example.org
  npm run -s rollcall -- export people --format xlsx --output people.xlsx
  npm run -s rollcall -- seats --json

Exit codes: 0 done; 1 refused, the reason on standard error; 2 not understood; 3 done, but not for everybody.`,
  )
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text) })

const door = (): Door => program.opts<Door>()
const number = (typed: string) => Number(typed)

program
  .command('whoami')
  .description('Whose token this is')
  .option('--json', 'as JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const me = await call(door(), getMe, {})
    const { firstName, lastName, email, role, account } = me
    show([{ name: `${firstName} ${lastName}`, email, role, account: account.name }], me, json)
  })

program
  .command('seats')
  .description('The seat limit, and how many seats are used')
  .option('--json', 'as JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const seats = await call(door(), getSeats, {})
    const { used, limit, free, waiting } = seats
    const told = { used, limit: limit ?? 'unlimited', free: free ?? 'unlimited', waiting }
    show([Object.fromEntries(Object.entries(told).map(([name, value]) => [name, String(value)]))], seats, json)
  })

const users = program.command('users').description('The people of the account')

users
  .command('list')
  .description('Everybody who matches')
  .option('--search <part>', 'a part of a name or an e-mail address')
  .addOption(new Option('--status <status>').choices(['active', 'inactive', 'leaving', 'waiting']))
  .addOption(new Option('--role <role>').choices(Role.options))
  .option('--json', 'as JSON')
  .action(async ({ json, ...filter }: { json?: boolean; search?: string; status?: 'active'; role?: Role }) => {
    const all = []
    for await (const people of everybody(door(), filter)) all.push(...people)
    show(all.map(asRow), all, json)
  })

users
  .command('add')
  .description('Add a person. Without a free seat they are inactive and wait')
  .requiredOption('--first-name <name>', 'first name')
  .requiredOption('--last-name <name>', 'last name')
  .requiredOption('--email <address>', 'e-mail address')
  .addOption(new Option('--role <role>').choices(Role.options.filter((role) => role !== 'owner')).default('learner'))
  .option('--job-title <title>', 'job title')
  .option('--invite', 'mail a link to choose a password')
  .option('--json', 'as JSON')
  .action(async ({ json, ...person }: Call<typeof addUsers>['people'][number] & { json?: boolean }) => {
    const told = await call(door(), addUsers, { people: [person] })
    const wait = told.waiting > 0 ? ', waits for a seat' : ''
    show(
      told.people.map(({ email, status }) => ({ email, status: status + wait })),
      told,
      json,
    )
  })

/** What commands have in common that change who is in. */
const changing = (name: string, description: string) =>
  users
    .command(`${name} <email...>`)
    .description(`${description}; "-" reads addresses from standard input`)
    .option('--reason <words>', 'why; it stands in the history')
    .option('--dry-run', 'only tell what would happen')
    .option('--confirm <number>', 'how many will change, where the account asks for it', number)
    .option('--json', 'as JSON')

const told = ({ reason, confirm }: Changing) => ({
  ...(reason !== undefined && { reason }),
  ...(confirm !== undefined && { confirmCount: confirm }),
})

async function tell({ operation, people }: { operation: Operation; people: Outcome[] }, json?: boolean): Promise<void> {
  tellChange(await ended(door(), operation), people, json)
}

changing('deactivate', 'End the access of people, now or on a date')
  .option('--on <date>', 'their last day, YYYY-MM-DD, in the zone of the account')
  .action(async (typed: string[], { on, dryRun, json, ...more }: Changing & { on?: string }) => {
    const selection = { ids: await idsOf(door(), await addresses(typed)) }
    const date = on !== undefined && { deactivationDate: on }
    if (dryRun) return preview(door(), { users: selection, change: on ? 'schedule' : 'deactivate', ...date }, json)
    await tell(await call(door(), deactivateUsers, { users: selection, ...date, ...told(more) }), json)
  })

changing('activate', 'Let people in again; each takes a seat')
  .option('--fill', 'with too few free seats: as many as fit, those who wait longest first')
  .action(async (typed: string[], { fill, dryRun, json, ...more }: Changing & { fill?: boolean }) => {
    const selection = { ids: await idsOf(door(), await addresses(typed)) }
    if (dryRun) return preview(door(), { users: selection, change: 'activate' }, json)
    const mode = fill ? 'fill' : 'all_or_nothing'
    await tell(await call(door(), activateUsers, { users: selection, mode, ...told(more) }), json)
  })

changing('clear-date', 'Take back the deactivation date of people').action(
  async (typed: string[], { dryRun, json, ...more }: Changing) => {
    const selection = { ids: await idsOf(door(), await addresses(typed)) }
    if (dryRun) return preview(door(), { users: selection, change: 'clear_date' }, json)
    await tell(await call(door(), clearDeactivationDate, { users: selection, ...told(more) }), json)
  },
)

program
  .command('export')
  .description('A report as a file')
  .argument('<report>', reportNames.join(', '))
  .addOption(new Option('--format <format>').choices(['csv', 'xlsx']).default('csv'))
  .addOption(new Option('--status <status>').choices(['active', 'inactive', 'all']))
  .option('--output <file>', 'where to; standard output without it')
  .action(async (report: string, { output, ...asked }: { output?: string; format: string; status?: string }) => {
    const { body } = await send(door(), exportReport, { report, ...asked })
    await pipeline(Readable.fromWeb(body!), output === undefined ? process.stdout : createWriteStream(output))
  })

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof Refused) {
    console.error(error.message)
    for (const { at, message } of (error.details['where'] ?? []) as { at: string; message: string }[])
      console.error(`  ${at}: ${message}`)
    process.exitCode = 1
  } else if ((error as { code?: string }).code?.startsWith('commander.')) {
    process.exitCode = (error as { exitCode?: number }).exitCode === 0 ? 0 : 2
  } else throw error
}
