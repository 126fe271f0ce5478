import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chart } from './chart.ts'
import type { Result } from './result.ts'
import { cells, columns } from './table.ts'

/* Puts the figures of `results/`, one file of `--json` for each number of people, into docs/benchmarks.md and its chart. */

const here = import.meta.dirname
const page = join(here, '../docs/benchmarks.md')
const results = readdirSync(join(here, 'results'))
  .map((name) => JSON.parse(readFileSync(join(here, 'results', name), 'utf8')) as Result)
  .toSorted((a, b) => a.people - b.people)
const largest = results.at(-1)
if (!largest) throw new Error('There are no results: run `npm run bench -- --json bench/results/10000.json` first.')

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const tableOf = (head: readonly string[], lines: readonly string[][]) =>
  [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n')

/** Each work as it was with the most people that it was measured with. */
const measured = results
  .toReversed()
  .flatMap(({ people, rows }) => rows.map((row) => ({ people, row })))
  .filter(({ row }, place, all) => all.findIndex((other) => other.row.work === row.work) === place)

function growth(): string[][] {
  return measured.map(({ row: { work, unit } }) => {
    const ours = results.map(({ rows }) => rows.find((row) => row.work === work))
    const there = ours.filter((row) => row !== undefined)
    const factor = there.length > 1 ? `${Number((there.at(-1)!.ours / there[0]!.ours).toPrecision(2))} x` : '–'
    return [work, ...ours.map((row) => (row ? cells(row)[1]! : '–')), unit === '/s' || there.length < 2 ? '–' : factor]
  })
}

const { machine: on } = largest
const inserts = {
  machine: `Measured on ${on.cores} cores (${on.processor}), ${on.memoryGb} GB, ${on.platform}, Node ${on.node}, PostgreSQL ${on.postgres}.`,
  table: tableOf(
    [...columns, 'people'],
    measured.map(({ people, row }) => [...cells(row), people.toLocaleString('en')]),
  ),
  growth: tableOf(['work', ...results.map((result) => result.people.toLocaleString('en')), 'grows'], growth()),
}
let text = readFileSync(page, 'utf8')
for (const [name, insert] of Object.entries(inserts)) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for the ${name}.`)
  text = `${text.slice(0, from + begin.length)}\n${insert}\n${text.slice(to)}`
}
writeFileSync(page, text)
writeFileSync(join(here, '../docs/images/benchmarks.svg'), chart(results))
