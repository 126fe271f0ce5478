import { type Command, Option } from 'commander'
import { call } from '#client/call.ts'
import { ended } from '#client/operation.ts'
import { getOperation, listOperations, type Operation, OperationKind, type Outcome } from '#contract/lifecycle.ts'
import type { Shell } from './shell.ts'
import { count } from './typed.ts'

/** Operations over many people, by token. */
export function operationCommands(program: Command, shell: Shell): void {
  const operations = program
    .command('operations')
    .description('Changes of many people: list them, watch one to its end')
    .addHelpText(
      'after',
      `
Examples:
  rollcall operations list --kind import
  rollcall operations watch 0199b3c2-7d1e-7a4b-9c55-2f6f3f0d8a11`,
    )

  operations
    .command('list')
    .description('The newest first')
    .addOption(new Option('--kind <kind>').choices(OperationKind.options))
    .option('--limit <number>', 'how many, 200 at most', count, 50)
    .action(async (asked: { kind?: OperationKind; limit: number }) => {
      const { items } = await call(shell.door, listOperations, asked)
      shell.show(
        items.map(({ id, kind, state, startedAt, by, selected, changed, refused }) => ({
          id,
          kind,
          state,
          started: startedAt.slice(0, 16).replace('T', ' '),
          by: by ?? '',
          selected,
          changed,
          refused,
        })),
        items,
      )
    })

  operations
    .command('watch <id>')
    .description('Wait until an operation has ended')
    .action(async (id: string) => {
      const operation = await call(shell.door, getOperation, { operationId: id })
      await tellEnd(shell, { operation, people: [] })
    })
}

/** The end of an operation; how far it is, is shown on the way. It does not need us to go on. */
export async function endOf(shell: Shell, operation: Operation): Promise<Operation> {
  const { id, kind, state } = operation
  if (state !== 'running') return operation
  const wait = shell.watching(kind, (progress) =>
    ended(shell.door, operation, { onProgress: ({ selected, remaining }) => progress(selected - remaining, selected) }),
  )
  return wait.catch((error: unknown) => {
    shell.warn(`It goes on by itself. To see how: rollcall operations watch ${id}`)
    throw error
  })
}

/** What became of a change, once it has ended. Exit code 3: not everybody was changed who was meant. */
export async function tellEnd(
  shell: Shell,
  { operation: begun, people }: { operation: Operation; people: readonly Outcome[] },
): Promise<void> {
  const operation = await endOf(shell, begun)
  const { kind, selected, changed, alreadySo, refused } = operation
  shell.say(`${kind}: ${changed} of ${selected} changed, ${alreadySo} were so already, ${refused} refused.`, {
    operation,
    people,
  })
  for (const { email, refusal } of people.filter(({ outcome }) => outcome === 'refused'))
    shell.warn(`${email}: ${refusal}`)
  warnUnlessDone(shell, operation)
}

export function warnUnlessDone(shell: Shell, { id, state, refused }: Operation): void {
  if (state !== 'finished') shell.warn(`The operation ${id} is ${state}.`)
  if (refused > 0 || state !== 'finished') process.exitCode = 3
}
