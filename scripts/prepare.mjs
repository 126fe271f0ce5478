import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Failure, ourNode, root, run, tool } from './run.mjs'

/*
 * What has to be there before anything of Rollcall can run. Each step looks first, does nothing when nothing is
 * missing, and says in one line what it does. Runs under any Node from 20 on, before any package is installed.
 */

/** The packages, exactly as package-lock.json has them, with their install scripts run. */
export async function ensureInstalled() {
  if (isInstalled()) return
  console.log('Installing packages (npm ci), about a minute …')
  const { code } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (code !== 0)
    throw new Failure(
      'The packages could not be installed: npm ci failed, see above. Is there a way to the npm registry?',
    )
  if (!isInstalled()) {
    throw new Failure(
      'npm ci ran, but install scripts were left out. Does ~/.npmrc say ignore-scripts? Rollcall needs those under allowScripts in package.json.',
    )
  }
}

/** npm keeps a record of what it has put into node_modules, written last. A file's age would tell nothing after a checkout. */
function isInstalled() {
  const wanted = readJson('package-lock.json')?.packages ?? {}
  const present = readJson('node_modules/.package-lock.json')?.packages ?? {}
  const missing = Object.entries(wanted).find(
    ([path, { version, integrity, optional }]) =>
      path !== '' &&
      !(path in present ? present[path].version === version && present[path].integrity === integrity : optional),
  )
  return missing === undefined && existsSync(ourNode)
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(root + path, 'utf8'))
  } catch {
    return undefined
  }
}

/** The web part in dist/web, built from what web/, client/ and contract/ hold now. */
export async function ensureWebBuilt() {
  const sources = hashOf([
    'web',
    'client',
    'contract',
    'vite',
    'vite.config.ts',
    'vite.scorm.config.ts',
    'postcss.config.mjs',
    'package-lock.json',
  ])
  if (readText('dist/web.built-from') === sources && existsSync(`${root}dist/web/index.html`)) return

  console.log('Building the web part …')
  // Built beside and then put in place: a server that runs meanwhile never finds half of it.
  const [target, building, old] = ['dist/web', `dist/web.building-${process.pid}`, `dist/web.old-${process.pid}`].map(
    (path) => root + path,
  )
  for (const [config, outDir] of [
    ['vite.config.ts', building],
    ['vite.scorm.config.ts', join(building, 'scorm')],
  ]) {
    const { code, said } = await run(
      ourNode,
      [tool('vite'), 'build', '--config', config, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'],
      { shown: false },
    )
    if (code === 0) continue
    rmSync(building, { recursive: true, force: true })
    throw new Failure(`${said}\nThe web part could not be built, see above.`)
  }
  if (existsSync(target)) renameSync(target, old)
  renameSync(building, target)
  rmSync(old, { recursive: true, force: true })
  mkdirSync(`${root}dist`, { recursive: true })
  writeFileSync(`${root}dist/web.built-from`, sources)
}

function readText(path) {
  return existsSync(root + path) ? readFileSync(root + path, 'utf8') : undefined
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesUnder))
    hash
      .update(`${path}\0`)
      .update(readFileSync(root + path))
      .update('\0')
  return hash.digest('hex')
}

function filesUnder(path) {
  if (!existsSync(join(root, path))) return []
  try {
    return readdirSync(join(root, path))
      .sort()
      .flatMap((name) => filesUnder(join(path, name)))
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path]
    throw error
  }
}

/** A Chromium for the tests. Gives the path of its program, also as CHROMIUM_PATH to what is run from here. */
export async function ensureBrowser() {
  const path = installedShell() ?? (await installFromDebian()) ?? installedBrowser() ?? (await installFromPlaywright())
  process.env.CHROMIUM_PATH = path
  return path
}

/** Chromium without windows: the same pages in two thirds of the time. */
const shell = 'chromium-headless-shell'
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const macPrograms = ['Chromium.app/Contents/MacOS/Chromium', 'Google Chrome.app/Contents/MacOS/Google Chrome']

const inPath = (name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
const firstThatRuns = (candidates) => candidates.find((path) => path && existsSync(path) && runs(path))

const installedShell = () => firstThatRuns([process.env.CHROMIUM_PATH, ...inPath(shell)])
const installedBrowser = () =>
  firstThatRuns([...names.flatMap(inPath), ...macPrograms.map((program) => join('/Applications', program))])

/** Ubuntu's `chromium-browser` is a file that only says where to get one. */
const runs = (path) => spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0

async function installFromDebian() {
  if (!isDebian()) return undefined
  console.log(`Installing a browser for the tests (apt-get install ${shell}) …`)
  return (await aptInstall([shell, 'fonts-liberation'])) ? installedShell() : undefined
}

/** Debian, with the right to install. */
const isDebian = () => process.getuid?.() === 0 && readFileIfAny('/etc/os-release').includes('ID=debian')

/** Whether Debian's packages are installed now; never on another system, or without the right to. */
async function aptInstall(packages) {
  if (!isDebian()) return false
  const quietly = { shown: false, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  await run('apt-get', ['update'], quietly)
  const { code } = await run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], quietly)
  return code === 0
}

function readFileIfAny(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

async function installFromPlaywright() {
  const ask = "console.log(require('@playwright/test').chromium.executablePath())"
  const { said } = await run(ourNode, ['-e', ask], { shown: false })
  const path = said.trim()
  if (existsSync(path) && runs(path)) return path

  console.log('Installing a browser for the tests (playwright install chromium) …')
  const { code } = await run(ourNode, [tool('playwright'), 'install', 'chromium'])
  if (code === 0 && existsSync(path) && runs(path)) return path
  throw new Failure(
    'There is no browser for the tests. Install Chromium or Chrome, or set CHROMIUM_PATH to its program.',
  )
}

/**
 * What sets the clock of a database in the tests of faults, as FAKETIME_LIBRARY for what is run from here. Where it
 * cannot be installed, those tests fail and say what is missing.
 */
export async function ensureFaketime() {
  const path = installedFaketime() ?? ((await aptInstall(['faketime'])) ? installedFaketime() : undefined)
  if (path) process.env.FAKETIME_LIBRARY = path
}

function installedFaketime() {
  const folders = ['/usr/lib', '/usr/lib64', '/usr/local/lib']
  const ofDebian = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu', arm: 'arm-linux-gnueabihf' }[process.arch]
  const candidates = [
    process.env.FAKETIME_LIBRARY,
    ...[`/usr/lib/${ofDebian}`, ...folders].map((folder) => `${folder}/faketime/libfaketime.so.1`),
  ]
  return candidates.find((path) => path && existsSync(path))
}
