import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Values = Record<string, string | number>

const fill = (text: string, values: Values): string =>
  text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    if (!(name in values)) throw new Error(`Nothing to put in for ${name}.`)
    return String(values[name])
  })

/**
 * A configuration of docs/high-availability with its places filled in, so that what is told there is what is tested.
 * `${each server}…${end}` is repeated for each of a list.
 */
export function filled(file: string, values: Values, lists: Record<string, Values[]> = {}): string {
  const text = readFileSync(join(import.meta.dirname, '../../docs/high-availability', file), 'utf8')
  const repeated = text.replaceAll(/\$\{each (\w+)\}(.*?)\$\{end\}/gs, (_, list: string, line: string) =>
    lists[list]!.map((each) => fill(line, { ...values, ...each })).join('\n'),
  )
  return fill(repeated, values)
}
