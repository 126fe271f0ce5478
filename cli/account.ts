import { type Command, Option } from 'commander'
import { call, send } from '#client/call.ts'
import { exportReport, reportNames } from '#contract/reports.ts'
import { getSeats } from '#contract/seats.ts'
import { getMe } from '#contract/sign-in.ts'
import { save } from './save.ts'
import type { Shell } from './shell.ts'

/** What is known of the account as a whole, by token. */
export function accountCommands(program: Command, shell: Shell): void {
  program
    .command('whoami')
    .description('Whose token this is')
    .action(async () => {
      const me = await call(shell.door, getMe, {})
      const { firstName, lastName, email, role, account } = me
      shell.show([{ name: `${firstName} ${lastName}`, email, role, account: account.name }], me)
    })

  program
    .command('seats')
    .description('The seat limit, and how many seats are used')
    .action(async () => {
      const seats = await call(shell.door, getSeats, {})
      const { used, limit, free, waiting } = seats
      shell.show([{ used, limit: limit ?? 'unlimited', free: free ?? 'unlimited', waiting }], seats)
    })

  program
    .command('export')
    .description('A report as a file')
    .argument('<report>', reportNames.join(', '))
    .addOption(new Option('--format <format>').choices(['csv', 'xlsx']).default('csv'))
    .addOption(new Option('--status <status>').choices(['active', 'inactive', 'all']))
    .option('--output <file>', 'where to; standard output without it')
    .addHelpText(
      'after',
      `
Examples:
  rollcall export people > people.csv
  rollcall export courses --format xlsx --output courses.xlsx`,
    )
    .action(async (report: string, { output, ...asked }: { output?: string; format: 'csv' | 'xlsx'; status?: 'all' }) =>
      save(await send(shell.door, exportReport, { report: report as (typeof reportNames)[number], ...asked }), output),
    )
}
