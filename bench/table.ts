import type { Row, Unit } from './row.ts'

export const columns = ['work', 'ours', 'limit', 'ratio', 'target', 'spread'] as const

/** Three digits that mean something. */
const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
const withUnit = (value: number | null, unit: Unit): string => (value === null ? '–' : `${number(value)} ${unit}`)

export const cells = (row: Row): string[] => [
  row.work,
  withUnit(row.ours, row.unit),
  withUnit(row.limit, row.unit),
  row.ratio === null ? '–' : number(row.ratio),
  row.target === null ? '–' : `${row.target}${row.met ? '' : ', missed'}`,
  `${number(row.min)} … ${number(row.max)}`,
]

export function table(rows: readonly Row[]): string {
  const lines = [[...columns], ...rows.map(cells)]
  const widths = columns.map((_name, at) => Math.max(...lines.map((line) => line[at]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
