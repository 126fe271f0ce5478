import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '#tests/harness/until.ts'
import { connectOnce } from './database.ts'
import { startEmbedded, type EmbeddedPostgres } from './embedded.ts'

/** A data folder that is removed with the test, and whatever server was left in it ended by its number. */
function aFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-embedded-'))
  chmodSync(folder, 0o755)
  const nodes: EmbeddedPostgres[] = []
  const pidFile = join(folder, 'postgres', 'cluster', 'postmaster.pid')
  const serverPid = () => Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    const left = existsSync(pidFile)
    if (left) process.kill(serverPid(), 'SIGQUIT')
    rmSync(folder, { recursive: true, force: true })
    expect(left).toBe(false)
  })
  return {
    folder,
    pidFile,
    serverPid,
    async node() {
      const node = await startEmbedded(folder)
      nodes.push(node)
      return node
    },
  }
}

/** A node in a process of its own. */
async function nodeProcess(folder: string): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['tests/harness/embedded-node.ts', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()))
    child.once('exit', (code) => reject(new Error(`the node ended with ${code} before it was ready`)))
  })
  return { process: child, url }
}

const ended = (child: ChildProcess) =>
  until('the process ends', () => child.exitCode !== null || child.signalCode !== null)

async function ask(url: string, text: string): Promise<unknown[]> {
  const connection = await connectOnce(url)
  try {
    return (await connection.query<Record<string, unknown>>(text)).rows
  } finally {
    await connection.end()
  }
}
const answers = (url: string) =>
  ask(url, 'select 1').then(
    () => true,
    () => false,
  )
const commit = (url: string) => ask(url, "create table kept (line text); insert into kept values ('answered')")
const kept = (url: string) => ask(url, 'select line from kept')

test('it listens on this machine alone, sorts by ICU, keeps its promises to the disk, and its owner is no superuser', async () => {
  const { folder, node } = aFolder()
  const { ownerUrl, superuserUrl } = await node()
  const settings = ['listen_addresses', 'unix_socket_directories', 'fsync', 'timezone', 'server_encoding']
  expect(
    await ask(superuserUrl, `select ${settings.map((name) => `current_setting('${name}') as ${name}`).join(', ')}`),
  ).toEqual([
    {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'on',
      timezone: 'UTC',
      server_encoding: 'UTF8',
    },
  ])
  expect(
    await ask(
      ownerUrl,
      `select 'Äa' < 'b' collate "und-x-icu" as by_icu, rolsuper or rolbypassrls as mighty from pg_roles where rolname = current_user`,
    ),
  ).toEqual([{ by_icu: true, mighty: false }])
  expect(statSync(join(folder, 'postgres', 'password')).mode & 0o077).toBe(0)
  expect(await answers(superuserUrl.replace(/:[^:@]+@/, ':wrong@'))).toBe(false)
})

test('R45 after kill -9 of the node its server is taken over, with everything committed', async () => {
  const { folder, node, serverPid } = aFolder()
  const first = await nodeProcess(folder)
  await commit(first.url)
  const pid = serverPid()
  first.process.kill('SIGKILL')
  await ended(first.process)

  const { superuserUrl } = await node()
  expect(superuserUrl).toBe(first.url)
  expect(serverPid()).toBe(pid)
  expect(await kept(superuserUrl)).toEqual([{ line: 'answered' }])
})

test('R45 after kill -9 of node and server it starts again with everything committed, in spite of pid file and orphans', async () => {
  const { folder, node, serverPid, pidFile } = aFolder()
  const first = await nodeProcess(folder)
  await commit(first.url)
  // A backend at work does not notice at once that its postmaster is gone.
  const busy = await connectOnce(first.url)
  onTestFinished(() => busy.end().catch(() => {}))
  busy.query('select pg_sleep(1.5)').catch(() => {})
  await until(
    'the backend is at work',
    async () =>
      (
        await ask(
          first.url,
          "select 1 from pg_stat_activity where query like '%pg_sleep(1.5)' and pid <> pg_backend_pid()",
        )
      ).length > 0,
  )

  first.process.kill('SIGKILL')
  process.kill(serverPid(), 'SIGKILL')
  await ended(first.process)
  expect(existsSync(pidFile)).toBe(true)

  const start = performance.now()
  const { superuserUrl } = await node()
  expect(await kept(superuserUrl)).toEqual([{ line: 'answered' }])
  expect(performance.now() - start).toBeLessThan(30_000)
})

test('R45 a pid file that names a process of somebody else holds nothing up, and that process lives on', async () => {
  const { folder, node, pidFile } = aFolder()
  const first = await startEmbedded(folder)
  await commit(first.superuserUrl)
  // Of the server's own user: PostgreSQL itself passes over the processes of others, and would not start for this one.
  const { uid, gid } = statSync(pidFile)
  const foreign = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {})
  onTestFinished(() => void foreign.kill())
  const stale = readFileSync(pidFile, 'utf8').replace(/^\d+/, String(foreign.pid))
  await first.stop()
  writeFileSync(pidFile, stale)

  const { superuserUrl } = await node()
  expect(await kept(superuserUrl)).toEqual([{ line: 'answered' }])
  expect(foreign.exitCode ?? foreign.signalCode).toBeNull()
})

test('R45 a server that dies while its node lives is started again, at the same address', async () => {
  const { node, serverPid } = aFolder()
  const { superuserUrl } = await node()
  await commit(superuserUrl)
  const pid = serverPid()
  process.kill(pid, 'SIGKILL')
  await until('the server answers again', () => answers(superuserUrl), 30_000)
  expect(serverPid()).not.toBe(pid)
  expect(await kept(superuserUrl)).toEqual([{ line: 'answered' }])
})

test('nodes that start together in an empty folder share one server, which stays until the last has left', async () => {
  const { folder, node, pidFile } = aFolder()
  const [first, second, third] = await Promise.all([node(), node(), nodeProcess(folder)])
  expect([second.superuserUrl, third.url]).toEqual([first.superuserUrl, first.superuserUrl])
  expect(readdirSync(folder)).toEqual(['postgres'])

  await first.stop()
  third.process.kill('SIGTERM')
  await ended(third.process)
  expect(await answers(second.superuserUrl)).toBe(true)

  await second.stop()
  expect(await answers(second.superuserUrl)).toBe(false)
  expect(existsSync(pidFile)).toBe(false)
})

test('of nodes that leave at once, exactly one stops the server', async () => {
  const { node, pidFile } = aFolder()
  for (let round = 0; round < 10; round++) {
    const nodes = await Promise.all([node(), node(), node()])
    await Promise.all(nodes.map((each) => each.stop()))
    expect(existsSync(pidFile)).toBe(false)
  }
})

test('a folder of another version of PostgreSQL is refused in its own words', async () => {
  const { folder } = aFolder()
  await (await startEmbedded(folder)).stop()
  writeFileSync(join(folder, 'postgres', 'cluster', 'PG_VERSION'), '17\n')
  await expect(startEmbedded(folder)).rejects.toThrow(/initialized by PostgreSQL version 17/)
})
