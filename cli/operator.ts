import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { tokenScopes } from '#contract/tokens.ts'
import { Email, Id, Line, Password } from '#contract/words.ts'
import type { AccountAsked } from '#server/operator/accounts.ts'
import type { Finding } from '#server/operator/doctor.ts'
import { Mistake, type Shell } from './shell.ts'
import { count, reads } from './typed.ts'

/*
 * The operator's commands: they work on the database that DATABASE_URL or DATA_DIR name. What they do stands in
 * server/operator, and is loaded when one of them is asked for, since the rest of the command line needs nothing of it.
 */

const Host = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, { error: 'Give a host name like acme.example.org.' })
const Limit = z
  .string()
  .regex(/^([1-9]\d{0,7}|unlimited)$/, { error: 'Give a number of seats from 1 on, or unlimited.' })
  .transform((typed) => (typed === 'unlimited' ? null : Number(typed)))
const Scopes = z
  .string()
  .transform((typed) => typed.split(','))
  .pipe(z.array(z.enum(tokenScopes, { error: `Scopes are ${tokenScopes.join(', ')}.` })))

export function operatorCommands(program: Command, shell: Shell): void {
  accountsCommands(program, shell)
  tokensCommands(program, shell)

  program
    .command('backup <file>')
    .description('Everything that this installation holds, as one file; the server may be running')
    .action(async (file: string) => {
      const { backUp } = await import('#server/operator/backups.ts')
      const told = await backUp(file)
      shell.say(`${file}: ${heldIn(told)}.`, told)
    })

  program
    .command('restore <file>')
    .description('A backup into an installation in which nothing is yet; everybody signs in anew')
    .addHelpText('after', '\nExample:\n  DATA_DIR=new-data rollcall restore rollcall.zip')
    .action(async (file: string) => {
      const { restoreFrom } = await import('#server/operator/backups.ts')
      const told = await restoreFrom(file)
      shell.say(
        `Restored as of ${told.madeAt}: ${heldIn(told)}. Everybody signs in anew, API tokens are made anew, and webhooks are paused.`,
        told,
      )
    })

  program
    .command('verify-history')
    .description('Whether the history of every account is what it was when it was sealed')
    .action(async () => {
      const { brokenSentence, verifyHistories } = await import('#server/operator/histories.ts')
      const told = await verifyHistories()
      if (told.some(({ broken }) => broken)) process.exitCode = 1
      const whole = ({ name, events, seals }: (typeof told)[number]) =>
        `${name}: whole. ${counted(events, 'event')} under ${counted(seals, 'seal')}.`
      shell.say(
        told.map((one) => (one.broken ? brokenSentence(one) : whole(one))),
        told,
      )
    })

  program
    .command('doctor')
    .description('Look at all that this installation stands on, and say what to do about what is wrong')
    .option('--history', 'verify the seals of the history, too')
    .addHelpText('after', '\nIt ends with 1 when something is wrong.\n\nExample:\n  rollcall doctor --history --json')
    .action(async (asked: { history?: boolean }) => {
      const { examine } = await import('#server/operator/doctor.ts')
      const findings: Finding[] = []
      for await (const finding of examine(process.env, asked)) {
        findings.push(finding)
        if (!shell.asJson) console.log(asLine(finding))
      }
      if (shell.asJson) shell.say([], findings)
      if (findings.some(({ state }) => state === 'wrong')) process.exitCode = 1
    })
}

const signs = { ok: 'ok   ', wrong: 'WRONG', not_checked: '–    ' }

const asLine = ({ check, state, found, todo }: Finding): string =>
  `${signs[state]}  ${check.padEnd(16)}  ${found.replaceAll('\n', `\n${' '.repeat(25)}`)}${todo ? `\n${' '.repeat(25)}→ ${todo}` : ''}`

function accountsCommands(program: Command, shell: Shell): void {
  const load = () => import('#server/operator/accounts.ts')
  const accounts = program
    .command('accounts')
    .description('The accounts of this installation: list, create, set their limit and host, help a lost owner')
    .addHelpText(
      'after',
      `
An account is named by its host or its id. Passwords are asked for, or read from standard input.

Examples:
  rollcall accounts list
  rollcall accounts create --name Acme --host acme.example.org --zone Europe/Berlin --limit 200 \\
      --owner-first-name Olga --owner-last-name Owner --owner-email olga@example.org --generate-password
  rollcall accounts set-limit acme.example.org 250
  rollcall accounts set-host <id> acme.example.org
  rollcall accounts owner-password acme.example.org
  rollcall accounts transfer-owner acme.example.org --to ada@example.org`,
    )

  accounts
    .command('list')
    .description('All accounts, with their seats')
    .action(async () => {
      const told = await (await load()).listAccounts()
      shell.show(
        told.map(({ id, name, host, owner, seats }) => ({
          id,
          host: host ?? '(any host)',
          name,
          used: seats.used,
          limit: seats.limit ?? 'unlimited',
          owner,
        })),
        told,
      )
      if (told.length === 0)
        shell.warn('There is no account yet. Open the setup link that the server prints, or create one here.')
    })

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
      async ({
        generatePassword = false,
        ...told
      }: Omit<AccountAsked, 'password'> & { generatePassword?: boolean }) => {
        const { create, newPassword } = await load()
        const password = generatePassword ? newPassword() : await typedPassword()
        const id = await create({ ...told, password })
        shell.say(
          [...(generatePassword ? [`Password: ${password}`] : []), `Created ${told.name} (${id}) at ${told.host}.`],
          { id, ...told, ...(generatePassword && { password }) },
        )
      },
    )

  accounts
    .command('set-limit')
    .argument('<account>')
    .argument('<seats>', 'a number, or unlimited', reads(Limit))
    .description('Set the seat limit; it is yours to set from then on. Below the number in use it deactivates nobody')
    .action(async (account: string, seatLimit: number | null) => {
      const told = await (await load()).setLimit(account, seatLimit)
      const over = told.overBy > 0 ? `, over the limit by ${told.overBy}` : ''
      shell.say(`${told.used} of ${told.limit ?? 'unlimited'} seats used${over}.`, told)
    })

  accounts
    .command('set-host')
    .argument('<account>')
    .argument('<host>', 'like acme.example.org', reads(Host))
    .description('Set the host name at which an account answers')
    .action(async (account: string, host: string) => {
      const told = await (await load()).setHost(account, host)
      const lost = told.passkeysElsewhere
      const passkeys = lost > 0 ? `\nPasskeys that were made at another host do not work there: ${lost}.` : ''
      shell.say(`${told.name} answers at ${host}.${passkeys}`, told)
    })

  accounts
    .command('owner-password <account>')
    .description('Give the owner a new password without a second step or passkeys, and end their sessions')
    .option('--generate-password', 'make a password and print it')
    .action(async (account: string, { generatePassword = false }: { generatePassword?: boolean }) => {
      const { newPassword, setOwnerPassword } = await load()
      const password = generatePassword ? newPassword() : await typedPassword()
      const told = await setOwnerPassword(account, password)
      shell.say(
        [
          ...(generatePassword ? [`Password: ${password}`] : []),
          'The owner has a new password, and is signed out everywhere.',
        ],
        { ...told, ...(generatePassword && { password }) },
      )
    })

  accounts
    .command('transfer-owner <account>')
    .description('Make another active person the owner; the owner before becomes an administrator')
    .requiredOption('--to <email>', 'of the new owner')
    .action(async (account: string, { to }: { to: string }) => {
      const told = await (await load()).transfer(account, to)
      shell.say(`${to} owns the account now.`, told)
    })
}

function tokensCommands(program: Command, shell: Shell): void {
  const load = () => import('#server/operator/tokens.ts')
  const tokens = program
    .command('tokens')
    .description('The API tokens of an account: list, add, revoke')
    .addHelpText(
      'after',
      `
No token makes tokens: it is the operator who does it here, and whoever is signed in under Settings or My account.

Examples:
  rollcall tokens list acme.example.org
  rollcall tokens add acme.example.org --name HR --scopes people_read,people_write --days 365
  rollcall tokens revoke acme.example.org <id>`,
    )

  tokens
    .command('list <account>')
    .description('All tokens, those of its people as well')
    .action(async (account: string) => {
      const told = await (await load()).listTokens(account)
      shell.show(
        told.map(({ id, kind, name, lastSigns, userName, state, scopes, expiresAt }) => ({
          id,
          kind,
          name,
          ends: `…${lastSigns}`,
          of: userName,
          state,
          until: expiresAt?.slice(0, 10) ?? 'no end',
          scopes: scopes.join(','),
        })),
        told,
      )
    })

  tokens
    .command('add <account>')
    .description(
      'Make a token of the account; it is shown now and never again, and every administrator sees that it is there',
    )
    .requiredOption('--name <name>', 'what it is for', reads(Line(100)))
    .requiredOption(
      '--scopes <scopes>',
      `what it may be used for, separated by commas: ${tokenScopes.join(', ')}`,
      reads(Scopes),
    )
    .option('--as <email>', 'as which owner or administrator it acts; the owner without it')
    .option('--days <number>', 'for how many days it works; until it is revoked without it', count)
    .action(
      async (
        account: string,
        {
          days = null,
          ...told
        }: { name: string; scopes: (typeof tokenScopes)[number][]; as?: string; days?: number | null },
      ) => {
        const made = await (await load()).addToken(account, { ...told, days })
        shell.say([made.token, `It acts as ${made.as}. It is not shown again.`], made)
      },
    )

  tokens
    .command('revoke')
    .argument('<account>')
    .argument('<id>', 'as "tokens list" shows it', reads(Id))
    .description('End a token; it is refused from the next request on')
    .action(async (account: string, id: string) => {
      shell.say('It is revoked.', await (await load()).revokeToken(account, id))
    })
}

const counted = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`

const heldIn = ({ rows, files }: { rows: Record<string, number>; files: number }): string =>
  `${rows['users']} people in ${counted(rows['accounts']!, 'account')}, ${counted(files, 'file')}`

async function typedPassword(): Promise<string> {
  const lines = createInterface({ input: process.stdin, ...(process.stdin.isTTY && { output: process.stderr }) })
  const typed = await lines.question(process.stdin.isTTY ? 'New password: ' : '')
  lines.close()
  const read = Password.safeParse(typed)
  if (!read.success) throw new Mistake(read.error.issues.map((issue) => issue.message).join(' '))
  return read.data
}
