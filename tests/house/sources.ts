import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** The files of the product itself, without their tests. */
export const sources = globSync('{cli,client,contract,server,web}/**/*.{ts,tsx}', { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.test\.tsx?$/.test(file))
  .sort()

const texts = new Map(sources.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
export const text = (file: string): string => texts.get(file)!

export interface Import {
  readonly file: string
  /** A path from the root, as those of `sources` are. */
  readonly target: string
}

const specifier = /(?:\bfrom|\bimport)\s*\(?\s*'((?:#|\.\.?\/)[^']+)'/g
/** Erased before anything runs. */
const typesOnly = /^(import|export) type [^']*'[^']*'/gm

const importsIn = (file: string, source: string): Import[] =>
  [...source.matchAll(specifier)]
    .map(([, told]) => (told!.startsWith('#') ? told!.slice(1) : posix.join(posix.dirname(file), told!)))
    .map((target) => ({ file, target }))

/** What our files import of ours, types included. */
export const imports: Import[] = sources.flatMap((file) => importsIn(file, text(file)))

/** The SQL of the schema, migration by migration. */
export const migrations = globSync('server/db/migrations/*.sql', { cwd: root }).map((file) =>
  readFileSync(join(root, file), 'utf8'),
)

/** Which of these files contain the pattern. */
export const containing = (pattern: RegExp, within = ''): string[] =>
  sources.filter((file) => file.startsWith(within) && pattern.test(text(file)))

/** Imports that lead upwards on these stairs. */
export function climbing(within: string, stairs: readonly string[]): string[] {
  const step = (path: string) => stairs.findIndex((place) => standsOn(place, path))
  return imports
    .filter(({ file, target }) => file.startsWith(within) && target.startsWith(within))
    .filter(({ file, target }) => step(target) > step(file))
    .map(({ file, target }) => `${file} imports ${target}`)
}

export const withoutStep = (within: string, stairs: readonly string[]): string[] =>
  sources.filter((file) => file.startsWith(within) && !stairs.some((place) => standsOn(place, file)))

const standsOn = (place: string, path: string): boolean => path === place || path.startsWith(`${place}/`)

/** A way of imports that ends where it began, if there is one. What is imported for its types alone is no import. */
export function circle(): string[] | undefined {
  const atRunTime = sources.flatMap((file) => importsIn(file, text(file).replaceAll(typesOnly, '')))
  const next = Map.groupBy(atRunTime, ({ file }) => file)
  const done = new Set<string>()
  const walk = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const { target } of next.get(file) ?? []) {
      const found = walk(target, [...way, file])
      if (found) return found
    }
    done.add(file)
    return undefined
  }
  for (const file of sources) {
    const found = walk(file, [])
    if (found) return found
  }
  return undefined
}
