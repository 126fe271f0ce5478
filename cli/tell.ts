import { getOperation, type Operation, type Outcome } from '#contract/lifecycle.ts'
import { call, type Door } from './client.ts'

/** A table for people, or the same as JSON for programs: nothing else goes to standard output. */
export function show(rows: readonly Record<string, string>[], told: unknown, asJson = false): void {
  if (asJson) {
    console.log(JSON.stringify(told, null, 2))
    return
  }
  const [first] = rows
  if (!first) return
  const names = Object.keys(first)
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => row[name]!.length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd()
  console.log(line(names.map((name) => name.toUpperCase())))
  for (const row of rows) console.log(line(names.map((name) => row[name]!)))
}

const lookEveryMs = 500

/** Waits for the end of an operation, and tells on the way how far it is where somebody looks. */
export async function ended(door: Door, begun: Operation): Promise<Operation> {
  let operation = begun
  while (operation.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    operation = await call(door, getOperation, { operationId: operation.id })
    const done = operation.selected - operation.remaining
    if (process.stderr.isTTY)
      process.stderr.write(`\r${done} of ${operation.selected}, ${operation.perSecond ?? 0} a second `)
  }
  if (process.stderr.isTTY && begun.state === 'running') process.stderr.write('\n')
  return operation
}

/** What became of a change. Exit code 3: not everybody was changed who was meant. */
export function tellChange(operation: Operation, people: readonly Outcome[], asJson = false): void {
  const { kind, selected, changed, alreadySo, refused, state } = operation
  if (asJson) show([], { operation, people }, true)
  else {
    console.log(`${kind}: ${changed} of ${selected} changed, ${alreadySo} were so already, ${refused} refused.`)
    for (const { email, refusal } of people.filter(({ outcome }) => outcome === 'refused'))
      console.error(`${email}: ${refusal}`)
    if (state !== 'finished') console.error(`The operation ${operation.id} is ${state}.`)
  }
  if (refused > 0 || state !== 'finished') process.exitCode = 3
}
