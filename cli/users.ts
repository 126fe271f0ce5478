import { type Command, Option } from 'commander'
import { call, send } from '#client/call.ts'
import { pages } from '#client/pages.ts'
import type { Call } from '#contract/endpoint.ts'
import { activateUsers, clearDeactivationDate, deactivateUsers, previewChange } from '#contract/lifecycle.ts'
import { addUsers, exportUsers, listUsers, PeopleFilter, type PersonRow } from '#contract/people.ts'
import { Role } from '#contract/roles.ts'
import { importCommand } from './import.ts'
import { tellEnd } from './operations.ts'
import { addresses, asRow, type Filter, filterOf, idsOf } from './people.ts'
import { save } from './save.ts'
import type { Shell } from './shell.ts'
import { count } from './typed.ts'

interface Changing {
  readonly reason?: string
  readonly dryRun?: boolean
  readonly confirm?: number
}

/** The people of an account, by token. */
export function userCommands(program: Command, shell: Shell): void {
  const users = program
    .command('users')
    .description('The people of the account: list, add, deactivate, activate, import, export')
    .addHelpText(
      'after',
      `
Examples:
  rollcall users list --status leaving --department Sales
  rollcall users add --first-name Nora --last-name New --email nora@example.org --invite
  rollcall users deactivate lea@example.org --on 2031-05-31 --reason "Contract ends"
  cut -d, -f2 left.csv | rollcall users deactivate - --dry-run
  rollcall users activate lea@example.org
  rollcall users import people.xlsx --dry-run
  rollcall users export --status inactive --format xlsx --output inactive.xlsx`,
    )

  filtered(users.command('list').description('Everybody who matches')).action(async (filter: Filter) => {
    const asked = await filterOf(shell.door, filter)
    const all: PersonRow[] = []
    for await (const people of pages(shell.door, listUsers, { ...asked, limit: 200 })) all.push(...people)
    shell.show(all.map(asRow), all)
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
    .action(async (person: Call<typeof addUsers>['people'][number]) => {
      const told = await call(shell.door, addUsers, { people: [person] })
      const wait = told.waiting > 0 ? ', waits for a seat' : ''
      shell.show(
        told.people.map(({ email, status }) => ({ email, status: status + wait })),
        told,
      )
    })

  const changing = (name: string, description: string) =>
    users
      .command(`${name} <email...>`)
      .description(`${description}; "-" reads addresses from standard input`)
      .option('--reason <words>', 'why; it stands in the history')
      .option('--dry-run', 'only tell what would happen')
      .option('--confirm <number>', 'how many will change, where the account asks for it', count)

  changing('deactivate', 'End the access of people, now or on a date')
    .option('--on <date>', 'their last day, YYYY-MM-DD, in the zone of the account')
    .action(async (typed: string[], { on, dryRun, ...more }: Changing & { on?: string }) => {
      const selection = { ids: await idsOf(shell.door, await addresses(typed)) }
      const date = on !== undefined && { deactivationDate: on }
      if (dryRun) return preview(shell, { users: selection, change: on ? 'schedule' : 'deactivate', ...date })
      await tellEnd(shell, await call(shell.door, deactivateUsers, { users: selection, ...date, ...told(more) }))
    })

  changing('activate', 'Let people in again; each takes a seat')
    .option('--fill', 'with too few free seats: as many as fit, those who wait longest first')
    .action(async (typed: string[], { fill, dryRun, ...more }: Changing & { fill?: boolean }) => {
      const selection = { ids: await idsOf(shell.door, await addresses(typed)) }
      if (dryRun) return preview(shell, { users: selection, change: 'activate' })
      const mode = fill ? 'fill' : 'all_or_nothing'
      await tellEnd(shell, await call(shell.door, activateUsers, { users: selection, mode, ...told(more) }))
    })

  changing('clear-date', 'Take back the deactivation date of people').action(
    async (typed: string[], { dryRun, ...more }: Changing) => {
      const selection = { ids: await idsOf(shell.door, await addresses(typed)) }
      if (dryRun) return preview(shell, { users: selection, change: 'clear_date' })
      await tellEnd(shell, await call(shell.door, clearDeactivationDate, { users: selection, ...told(more) }))
    },
  )

  importCommand(users, shell)

  filtered(users.command('export').description('Everybody who matches, as a file that an import takes back unchanged'))
    .addOption(new Option('--format <format>').choices(['csv', 'xlsx']).default('csv'))
    .option('--output <file>', 'where to; standard output without it')
    .action(async ({ output, format, ...filter }: Filter & { output?: string; format: 'csv' | 'xlsx' }) =>
      save(await send(shell.door, exportUsers, { ...(await filterOf(shell.door, filter)), format }), output),
    )
}

const { status, lastSignIn } = PeopleFilter.shape
const statuses = status.unwrap().options[0].element.options
const signIns = lastSignIn.unwrap().options

const filtered = (command: Command): Command =>
  command
    .option('--search <part>', 'a part of a name or an e-mail address')
    .addOption(new Option('--status <status...>', 'one or several').choices(statuses))
    .addOption(new Option('--role <role...>', 'one or several').choices(Role.options))
    .option(
      '--department <name...>',
      'one or several, with those below; where a name is not one alone: "Company > Sales"',
    )
    .option('--group <name...>', 'one or several')
    .addOption(new Option('--last-sign-in <when>').choices(signIns))

const told = ({ reason, confirm }: Changing) => ({
  ...(reason !== undefined && { reason }),
  ...(confirm !== undefined && { confirmCount: confirm }),
})

/** What would happen, and to whom not. Nothing happens; the exit code is the one that it would have. */
async function preview(shell: Shell, asked: Call<typeof previewChange>): Promise<void> {
  const told = await call(shell.door, previewChange, asked)
  const { selected, willChange, alreadySo, refused, seatsFree } = told
  if (!shell.asJson) {
    console.log(`${willChange} of ${selected} would change, ${alreadySo} are so already.`)
    if (asked.change === 'activate') console.log(`Seats free: ${seatsFree ?? 'unlimited'}.`)
  }
  shell.show(
    refused.map(({ refusal, count, names }) => ({ why: refusal, count, who: names.join(', ') })),
    told,
  )
  if (refused.length > 0) process.exitCode = 3
}
