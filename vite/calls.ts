import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'
import type { Endpoint } from '#contract/endpoint.ts'

const isEndpoint = (told: unknown): told is Endpoint =>
  typeof told === 'object' && told !== null && 'path' in told && 'access' in told && 'answer' in told

const isSchema = (told: unknown): told is { options?: unknown } => Object.hasOwn(Object(told), '_zod')

/** What a screen may know of something that the contract exports. Undefined: nothing. */
function known(told: unknown): unknown {
  if (isEndpoint(told)) {
    const { method, path, access, tag, input } = told
    const shape = Object.fromEntries(Object.keys(input.shape).map((name) => [name, true]))
    return { method, path, access, tag, input: { shape } }
  }
  if (!isSchema(told)) return told
  return Array.isArray(told.options) && told.options.every((one) => typeof one === 'string')
    ? { options: told.options }
    : undefined
}

const mark = '?calls'

/** The page of the API tells all that there is. */
const isWhole = (source: string, importer = ''): boolean =>
  source === '#contract/endpoints.ts' || importer.endsWith('.schemas.ts')

/**
 * Screens call the API and check nothing: of the contract they are given how an endpoint is called, the names of its
 * input, and the options of an enum, but no schema. Schemas and zod would be a quarter of what a phone loads, and more
 * than half a second of what it works, before it shows anything.
 *
 * Whoever does need schemas (an address that somebody typed, a form that is checked while it is typed) imports them
 * in a file named `*.schemas.ts`, which sees the contract as it is.
 */
export const calls = (): Plugin => ({
  name: 'rollcall:calls',
  apply: 'build',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    const isContract = source.startsWith('#contract/') || (importer?.endsWith(mark) && source.startsWith('./'))
    if (!isContract || isWhole(source, importer)) return
    const found = await this.resolve(source, importer, { ...options, skipSelf: true })
    return found && { ...found, id: `${found.id}${mark}` }
  },
  async load(id) {
    if (!id.endsWith(mark)) return
    const path = id.slice(0, -mark.length)
    const exported = Object.entries((await import(path)) as Record<string, unknown>)
    // What every feature speaks with holds functions, too: it stays as it is, and what nobody uses of it falls away.
    if (!exported.some(([, told]) => isEndpoint(told))) return { code: await readFile(path, 'utf8'), moduleType: 'ts' }
    return exported
      .map(([name, told]) => [name, JSON.stringify(known(told))] as const)
      .filter(([, text]) => text !== undefined)
      .map(([name, text]) => `export const ${name} = ${text}`)
      .join('\n')
  },
})
