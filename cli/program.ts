import { Command, CommanderError, Option } from 'commander'
import { Refused } from '#client/refused.ts'
import { accountCommands } from './account.ts'
import { operationCommands } from './operations.ts'
import { operatorCommands } from './operator.ts'
import { Mistake, Shell } from './shell.ts'
import { userCommands } from './users.ts'

const program = new Command('rollcall')
  .description('Sees and changes who is in: on a Rollcall server, or on the database for whoever runs it.')
  .addOption(new Option('--url <address>', 'where the server is').env('ROLLCALL_URL'))
  .addOption(new Option('--token <token>', 'an API token').env('ROLLCALL_TOKEN'))
  .option('--json', 'answer as JSON, errors as well')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    `
On a server, from any machine, with an API token made under Settings or My account:
  export ROLLCALL_URL=https://learn.example.org ROLLCALL_TOKEN=rollcall_…
  rollcall seats --json
  rollcall users list --status leaving
  rollcall users import people.csv --dry-run

On the database of this installation (DATABASE_URL, or DATA_DIR), whether the server runs or not:
  rollcall doctor
  rollcall accounts list
  rollcall backup rollcall.zip

Exit codes: 0 done; 1 refused, the reason on standard error; 2 not understood; 3 done, but not for everybody.`,
  )
  .exitOverride()
  .configureOutput({ outputError: () => {} })

const shell = new Shell(program)
program.commandsGroup('On a server, by an API token:')
accountCommands(program, shell)
userCommands(program, shell)
operationCommands(program, shell)
program.commandsGroup('On the database of this installation, for its operator:')
operatorCommands(program, shell)

// Whoever reads it has seen enough, as with `rollcall users list | head`.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit()
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = await tell(error)
}

/** Tells on standard error why it was not done. @returns the exit code */
async function tell(error: unknown): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    // Without a command its help has been told.
    if (error.code !== 'commander.help')
      say({ code: 'not_understood', title: error.message.replace(/^error: /, '') }, [error.message])
    return 2
  }
  if (error instanceof Refused) {
    const { code, title, where, details } = error
    const wayOut = code === 'confirm_count' ? [`  --confirm ${String(details['willChange'])}`] : []
    say({ code, title, where, ...details }, [
      title,
      ...where.map(({ at, message }) => `  ${at}: ${message}`),
      ...wayOut,
    ])
    return 1
  }
  const sentence = error instanceof Mistake ? error.message : await sentenceOf(error)
  if (sentence === undefined) throw error
  say({ code: 'refused', title: sentence }, [sentence])
  return 1
}

function say(told: object, sentences: readonly string[]): void {
  for (const sentence of shell.asJson ? [JSON.stringify(told)] : sentences) console.error(sentence)
}

/** Of an error of the operator's commands. */
async function sentenceOf(error: unknown): Promise<string | undefined> {
  return (await import('#server/operator/installation.ts')).sentenceOf(error)
}
