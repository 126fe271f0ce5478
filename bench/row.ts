/** A figure of the table, as `--json` writes it. */
export interface Row {
  readonly work: string
  /** The median of the runs, in `unit`. */
  readonly ours: number
  /** The median of the limit, measured in turn with ours. Null: the target is an absolute one. */
  readonly limit: number | null
  readonly ratio: number | null
  readonly target: string | null
  readonly met: boolean | null
  /** Of ours. */
  readonly min: number
  readonly max: number
  readonly runs: number
  readonly unit: Unit
}
export type Unit = 's' | 'ms' | '/s' | 'MB' | 'kB' | 'of 100'

export interface Target {
  readonly says: string
  isMet(row: Pick<Row, 'ours' | 'ratio'>): boolean
}

const isRatio = (judge: (ratio: number) => boolean) => (row: Pick<Row, 'ratio'>) =>
  row.ratio !== null && judge(row.ratio)
export const ratioAtMost = (most: number): Target => ({
  says: `<= ${most} x`,
  isMet: isRatio((ratio) => ratio <= most),
})
export const ratioAtLeast = (least: number): Target => ({
  says: `>= ${least} x`,
  isMet: isRatio((ratio) => ratio >= least),
})
export const below = (most: number, unit: Unit): Target => ({
  says: `< ${most} ${unit}`,
  isMet: ({ ours }) => ours < most,
})

export const atLeast = (least: number, unit: Unit): Target => ({
  says: `>= ${least} ${unit}`,
  isMet: ({ ours }) => ours >= least,
})

export interface Measured {
  readonly ours: readonly number[]
  readonly limit: readonly number[]
}

export function rowOf(
  work: string,
  unit: Unit,
  { ours, limit }: { ours: readonly number[]; limit?: readonly number[] },
  target?: Target,
): Row {
  const figures = { ours: median(ours), limit: limit ? median(limit) : null }
  const ratio = figures.limit === null ? null : figures.ours / figures.limit
  return {
    work,
    ...figures,
    ratio,
    target: target?.says ?? null,
    met: target?.isMet({ ...figures, ratio }) ?? null,
    min: Math.min(...ours),
    max: Math.max(...ours),
    runs: ours.length,
    unit,
  }
}

/** Ours, the limit, ours, the limit …, so that whatever the machine does meanwhile happens to both. The first of each warms up and is not counted. */
export async function inTurn(
  runs: number,
  ours: (run: number) => Promise<number>,
  limit: (run: number) => Promise<number>,
): Promise<Measured> {
  const measured = { ours: [] as number[], limit: [] as number[] }
  for (let run = 0; run <= runs; run++) {
    const pair = [await ours(run), await limit(run)] as const
    if (run === 0) continue
    measured.ours.push(pair[0])
    measured.limit.push(pair[1])
  }
  return measured
}

export async function repeated(runs: number, task: (run: number) => Promise<number>): Promise<number[]> {
  const figures: number[] = []
  for (let run = 0; run <= runs; run++) {
    const figure = await task(run)
    if (run > 0) figures.push(figure)
  }
  return figures
}

export const median = (figures: readonly number[]): number => {
  const half = (figures.length - 1) / 2
  const sorted = figures.toSorted((a, b) => a - b)
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2
}

/** Nearest rank: a figure that was measured, none between two. */
export const percentile = (figures: readonly number[], percent: number): number =>
  figures.toSorted((a, b) => a - b)[Math.ceil((figures.length * percent) / 100) - 1]!

export async function msOf(task: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await task()
  return performance.now() - startedAt
}
