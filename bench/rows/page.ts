import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Bench } from '../bench.ts'
import { atLeast, below, repeated, rowOf } from '../row.ts'

const root = join(import.meta.dirname, '../..')
/** Fetched when it is asked for, so that nobody installs it who only wants to run Rollcall. */
const lighthouse = 'lighthouse@13.5.0'

/** A page as a phone loads it, slowed four times, by Lighthouse; and the scripts that it needs before it shows anything. */
export async function page(bench: Bench): Promise<void> {
  const { server, database, runs } = bench
  const pages = [
    ['sign-in', '/sign-in', undefined],
    ['People', '/people', database.owner.token],
  ] as const
  for (const [name, path, token] of pages) {
    await bench.measure(`page ${name}`, async () => {
      const scores: Record<string, number>[] = []
      const performance = await repeated(Math.min(runs, 3), async () => {
        scores.push(await scoresOf(`http://127.0.0.1:${server.port}${path}`, token))
        return scores.at(-1)!['performance']!
      })
      const accessibility = scores.map((score) => score['accessibility']!)
      return [
        rowOf(`page ${name}, performance`, 'of 100', { ours: performance }, atLeast(95, 'of 100')),
        rowOf(`page ${name}, accessibility`, 'of 100', { ours: accessibility }, atLeast(100, 'of 100')),
      ]
    })
  }
  await bench.measure('page, initial scripts', async () =>
    rowOf('page, initial scripts', 'kB', { ours: [initialScriptsKb()] }, below(200, 'kB')),
  )
}

/** @throws Error with its words when Lighthouse could not be fetched or could not load the page */
async function scoresOf(url: string, token: string | undefined): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-lighthouse-'))
  try {
    const [report, headers] = [join(folder, 'report.json'), join(folder, 'headers.json')]
    writeFileSync(headers, JSON.stringify(token ? { Cookie: `session=${token}` } : {}))
    const flags = ['--headless=new', '--no-sandbox', '--disable-background-networking', '--disable-component-update']
    await promisify(execFile)(
      'npm',
      ['exec', '--yes', `--package=${lighthouse}`, '--', 'lighthouse', url, '--quiet', '--output=json']
        .concat([`--output-path=${report}`, `--extra-headers=${headers}`, `--chrome-flags=${flags.join(' ')}`])
        .concat('--only-categories=performance,accessibility'),
      {
        cwd: folder,
        timeout: 300_000,
        env: {
          ...process.env,
          PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
          ...(process.env['CHROMIUM_PATH'] && { CHROME_PATH: process.env['CHROMIUM_PATH'] }),
        },
      },
    )
    const { categories, finalDisplayedUrl } = JSON.parse(readFileSync(report, 'utf8')) as {
      categories: Record<string, { score: number }>
      finalDisplayedUrl: string
    }
    if (new URL(finalDisplayedUrl).pathname !== new URL(url).pathname)
      throw new Error(`${url} led to ${finalDisplayedUrl}: that is another page.`)
    return Object.fromEntries(Object.entries(categories).map(([name, { score }]) => [name, Math.round(score * 100)]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the first page names in its head, as it goes over the wire. */
function initialScriptsKb(): number {
  const html = readFileSync(join(root, 'dist/web/index.html'), 'utf8')
  const scripts = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path]) => join(root, 'dist/web', path!))
  if (scripts.length === 0) throw new Error('dist/web/index.html names no script.')
  return scripts.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0) / 1_000
}
