import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled } from './prepare.mjs'
import { main, ourNode, root, run, tool } from './run.mjs'

const node = (program, ...args) => run(ourNode, [tool(program), ...args], { shown: false })
const types = (project) => node('tsc', '-p', project)

/** Everything that can be known without running the product. Import directions are a test: tests/house. */
const steps = {
  format: () => node('oxfmt', '--check'),
  lint: () => node('oxlint', '--type-aware', '--report-unused-disable-directives', '--deny-warnings'),
  types: async () => allOf(await types('.'), await types('web'), await types('tests/journeys')),
  'dead code': () => node('knip'),
  tables: () => run(ourNode, ['scripts/tables.mjs', '--verify'], { shown: false }),
  'file length': async () => fileLength(),
}

await main(async () => {
  await ensureInstalled()
  let failed = 0
  for (const [name, step] of Object.entries(steps)) {
    const start = performance.now()
    const { code, said } = await step()
    if (code !== 0) {
      failed++
      console.log(said.trim())
    }
    console.log(
      `${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${((performance.now() - start) / 1000).toFixed(1)} s`,
    )
  }
  return failed === 0 ? 0 : 1
})

function allOf(...results) {
  return { code: Math.max(...results.map(({ code }) => code)), said: results.map(({ said }) => said).join('') }
}

function fileLength() {
  const mostLines = 400
  const generated = ['server/db/tables.ts']
  const tooLong = ['cli', 'client', 'contract', 'server', 'web', 'tests', 'scripts']
    .flatMap((folder) => readdirSync(root + folder, { recursive: true }).map((name) => join(folder, name)))
    .filter((path) => /\.(ts|tsx|mjs|sql|css)$/.test(path) && !generated.includes(path))
    .map((path) => ({ path, lines: readFileSync(root + path, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > mostLines)
  const said = tooLong
    .map(({ path, lines }) => `${path} has ${lines} lines; at ${mostLines} it is time to ask which concept is hiding.`)
    .join('\n')
  return { code: tooLong.length === 0 ? 0 : 1, said }
}
