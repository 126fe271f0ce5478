import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Bench, Family } from './bench.ts'
import { machine, type Result } from './result.ts'
import { below, type Row, rowOf } from './row.ts'
import { add } from './rows/add.ts'
import { deactivate } from './rows/deactivate.ts'
import { exports } from './rows/export.ts'
import { gate } from './rows/gate.ts'
import { imports } from './rows/import.ts'
import { onePerson } from './rows/one-person.ts'
import { page } from './rows/page.ts'
import { people } from './rows/people.ts'
import { reports } from './rows/reports.ts'
import { scheduled } from './rows/scheduled.ts'
import { search } from './rows/search.ts'
import { signIn } from './rows/sign-in.ts'
import { freshStart, warmStart } from './rows/start.ts'
import { type BenchDatabase, makeDatabase } from './scene/database.ts'
import { type Server, startServer } from './scene/server.ts'
import { table } from './table.ts'

/*
 * npm run bench                            every row, with 10,000 people
 * npm run bench -- --people 1000000        with as many as wished
 * npm run bench -- --only gate             some of the families, comma between them
 * npm run bench -- --runs 9 --json FILE    more runs than 5, and the figures as a file
 */
const families: Record<string, Family> = {
  gate,
  'sign-in': signIn,
  people,
  search,
  'one-person': onePerson,
  scheduled,
  deactivate,
  add,
  import: imports,
  export: exports,
  page,
  reports,
}
const afterAll = 'start'
/** Of a million people these take minutes each time: once has to do, after one that warms up. */
const takeMinutes = ['scheduled', 'deactivate', 'add', 'import', 'export']
const aMillion = 1_000_000

interface Asked {
  readonly people: number
  readonly runs: number
  readonly only: readonly string[]
  readonly json: string | undefined
}

/** @throws Error with the sentence that says what is wrong */
function asked(): Asked {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '10000' },
      runs: { type: 'string', default: '5' },
      only: { type: 'string' },
      json: { type: 'string' },
    },
  })
  const names = [...Object.keys(families), afterAll]
  const only = values.only?.split(',') ?? names
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`There is no "${unknown}". There are ${names.join(', ')}.`)
  const [people, runs] = [Number(values.people), Number(values.runs)]
  if (!Number.isInteger(people) || people < 5_000 || people % 10 !== 0)
    throw new Error('--people is a whole number from 5000 on that ends with 0.')
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs is a whole number from 1 on.')
  return { people, runs, only, json: values.json }
}

const progress = (what: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${what}`)

interface Outcome {
  readonly rows: Row[]
  /** How many could not be measured. */
  readonly failed: number
}

/** What takes an hour is not lost when it is stopped: what has been measured is kept after each row. */
function keep({ people, json }: Asked, postgres: string, rows: Row[]): void {
  const result: Result = { machine: machine(postgres), people, rows }
  if (json) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`)
}

async function measured(told: Asked): Promise<Outcome> {
  const { people, runs, only } = told
  const others = loadavg()[0]!
  if (others > 0.5) progress(`Other programs keep ${others.toFixed(1)} cores busy: the figures will be worse for it.`)
  progress(`making ${people.toLocaleString('en')} people`)
  const database = await makeDatabase(people)
  const rows: Row[] = []
  const memory = new Map<string, number[]>()
  const remember = (work: string, mb: number) => void memory.set(work, [...(memory.get(work) ?? []), mb])
  let failed = 0
  let postgres = ''
  const measure: Bench['measure'] = async (work, task) => {
    progress(work)
    try {
      rows.push(...[await task()].flat())
      keep(told, postgres, rows)
    } catch (error) {
      failed++
      console.error(`Not measured: ${work}.`, error)
    }
  }
  try {
    const { rows: versions } = await database.admin.query<{ version: string }>(
      "select current_setting('server_version') as version",
    )
    postgres = versions[0]!.version
    const runsOf = (name: string) => (people >= aMillion && takeMinutes.includes(name) ? 1 : runs)
    for (const [name, family] of Object.entries(families).filter(([name]) => only.includes(name)))
      await inFreshServer(database, remember, (server, watchMemory) =>
        family({ people, runs: runsOf(name), database, server, measure, watchMemory }),
      ).catch((error: unknown) => {
        failed++
        console.error(`Not measured: what is left of ${name}.`, error)
      })
    if (only.includes(afterAll)) {
      await measure('start, warm', () => warmStart(database, runs))
      await measure('start, fresh clone', freshStart)
    }
    for (const [work, peaks] of memory)
      rows.push(rowOf(`memory: ${work}`, 'MB', { ours: peaks }, below(work === atRest ? 200 : 400, 'MB')))
    keep(told, postgres, rows)
    return { rows, failed }
  } finally {
    await database.close()
  }
}

const atRest = 'at rest'

/** Each family has a server of its own, so that what one of them left in memory is not told of another. */
async function inFreshServer(
  { admin, folder, ownerUrl }: BenchDatabase,
  remember: (work: string, mb: number) => void,
  task: (server: Server, watchMemory: Bench['watchMemory']) => Promise<void>,
): Promise<void> {
  const server = await startServer(admin, folder, ownerUrl)
  try {
    remember(atRest, server.memory())
    await task(server, async (work, watched) => {
      server.forgetPeak()
      const result = await watched()
      remember(work, server.peak())
      return result
    })
  } finally {
    await server.stop()
  }
}

try {
  const { rows, failed } = await measured(asked())
  console.log(table(rows))
  if (failed > 0) console.error(`${failed} could not be measured, see above.`)
  process.exitCode = failed > 0 ? 1 : 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
