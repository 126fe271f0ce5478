import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { ensureBrowser, ensureFaketime, ensureInstalled, ensureWebBuilt } from './prepare.mjs'
import { Failure, main, ourNode, root, run, tool } from './run.mjs'

/*
 * npm test                      everything
 * npm test -- people            the files whose path contains "people"
 * npm test -- -t 'S3'           the tests whose name contains it
 * npm test -- --only=journeys   one of the two runs: rules, journeys
 */
await main(async () => {
  const { only, named, files } = readArguments(process.argv.slice(2))
  await ensureInstalled()
  await ensureWebBuilt()

  let [passed, failed] = [0, 0]
  const count = (result) => {
    passed += result.passed
    failed += result.failed
  }
  if (only !== 'journeys') {
    if (files.length === 0 || files.some((part) => part.includes('fault'))) await ensureFaketime()
    count(await rules(named, files))
  }
  if (only !== 'rules') {
    await ensureBrowser()
    count(await journeys(named, files))
  }
  if (passed + failed === 0)
    console.error('No test matches. Every test has to be asked for, or be left out, on purpose.')
  console.log(`${passed} passed, ${failed} failed`)
  return passed > 0 && failed === 0 ? 0 : 1
})

function readArguments(given) {
  const chosen = { only: undefined, named: undefined, files: [] }
  for (let at = 0; at < given.length; at++) {
    const argument = given[at]
    if (argument === '-t' && given[at + 1]) chosen.named = given[++at]
    else if (/^--only=(rules|journeys)$/.test(argument)) chosen.only = argument.slice('--only='.length)
    else if (argument.startsWith('-'))
      throw new Failure(
        `Unknown: ${argument}. There are -t <name>, --only=rules, --only=journeys, and parts of file names.`,
      )
    else chosen.files.push(argument)
  }
  return chosen
}

/** Server, contract and house, in Vitest. */
async function rules(named, files) {
  const report = freshReport('rules.json')
  const args = ['run', '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code } = await run(ourNode, [tool('vitest'), ...args, ...(named ? ['-t', named] : []), ...files])
  return outcome(code, report, ({ numPassedTests, testResults }) => ({
    passed: numPassedTests,
    // A file that cannot be loaded has no tests, and is a failure.
    failed: testResults
      .map(({ status, assertionResults }) => ({
        status,
        failures: assertionResults.filter((test) => test.status === 'failed').length,
      }))
      .reduce((sum, { status, failures }) => sum + (failures || (status === 'failed' ? 1 : 0)), 0),
  }))
}

/** The browser, in Playwright. */
async function journeys(named, files) {
  const report = freshReport('journeys.json')
  const args = ['test', '--pass-with-no-tests', ...(named ? ['-g', named] : []), ...files]
  const { code } = await run(ourNode, [tool('playwright'), ...args], { env: { JOURNEYS_REPORT: report } })
  return outcome(code, report, ({ stats, errors }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
  }))
}

function freshReport(name) {
  mkdirSync(`${root}dist/test-reports`, { recursive: true })
  const path = `${root}dist/test-reports/${name}`
  rmSync(path, { force: true })
  return path
}

/** An error outside of every test, or a crash, shows in the exit code alone. */
function outcome(code, report, read) {
  if (!existsSync(report)) return { passed: 0, failed: code === 0 ? 0 : 1 }
  const { passed, failed } = read(JSON.parse(readFileSync(report, 'utf8')))
  return { passed, failed: failed || (code === 0 ? 0 : 1) }
}
