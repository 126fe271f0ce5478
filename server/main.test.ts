import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { until } from '#tests/harness/until.ts'

/** A node as `npm start` runs it. What it says is split by whether it went to the screen or to the errors. */
function aNode(environment: Record<string, string>) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, ['server/main.ts'], { env: { PATH, PORT: '0', ...environment } })
  let [said, complained] = ['', '']
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  child.stderr.on('data', (text: Buffer) => (complained += text.toString()))
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await until('the node stops', hasEnded, 45_000)
  })
  return {
    child,
    async address(): Promise<string> {
      await until(`the node is ready; it said: ${complained}`, () => said.includes('\n') || hasEnded(), 30_000)
      return /http:\/\/localhost:\d+/.exec(said)?.[0] ?? `no address: ${said}${complained}`
    },
    async end(): Promise<{ code: number | null; said: string; complained: string }> {
      await until('the node ends', hasEnded, 45_000)
      return { code: child.exitCode, said, complained }
    },
  }
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-main-'))
  chmodSync(folder, 0o755)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Whether the API answers at all: nobody is signed in. */
const answers = async (address: string) => (await fetch(`${address}/api/v1/me`)).status

test('on an empty folder it says one line, serves, and stops cleanly on SIGTERM', async () => {
  const folder = aFolder()
  const node = aNode({ DATA_DIR: folder })
  expect(await answers(await node.address())).toBe(401)
  node.child.kill('SIGTERM')
  const { code, said, complained } = await node.end()
  expect(said).toMatch(/^Rollcall is ready\. Set it up at http:\/\/localhost:\d+\/setup\?token=\S+\n$/)
  expect([code, complained]).toEqual([0, ''])
})

test('it stops at once though a browser has connected ahead of need, and another is in the middle of asking', async () => {
  const { ownerUrl } = await freshDatabase()
  const node = aNode({ DATABASE_URL: ownerUrl })
  const { port } = new URL(await node.address())
  for (const asked of ['', 'GET /api/v1/me HTTP/1.1\r\nhost: localhost\r\n']) {
    const connection = connect(Number(port), '127.0.0.1').on('error', () => {})
    onTestFinished(() => void connection.destroy())
    await once(connection, 'connect')
    await new Promise((sent) => connection.write(asked, sent))
  }
  node.child.kill('SIGTERM')
  const { code, complained } = await node.end()
  expect([code, complained]).toEqual([0, ''])
})

test('two nodes share one folder, and one database of another server', async () => {
  const folder = aFolder()
  const { ownerUrl } = await freshDatabase()
  const nodes = [
    { DATA_DIR: folder },
    { DATA_DIR: folder },
    { DATABASE_URL: ownerUrl },
    { DATABASE_URL: ownerUrl },
  ].map(aNode)
  const addresses = await Promise.all(nodes.map((node) => node.address()))
  expect(new Set(addresses).size).toBe(4)
  expect(await Promise.all(addresses.map(answers))).toEqual([401, 401, 401, 401])
})

test('a wrong configuration, a port in use and a database that does not answer end it with a sentence and 1', async () => {
  const occupied = createServer().listen(0, '127.0.0.1')
  await until('the port is taken', () => occupied.listening)
  onTestFinished(() => void occupied.close())
  const port = String((occupied.address() as { port: number }).port)
  const { ownerUrl } = await freshDatabase()

  const [wrong, taken, nowhere] = await Promise.all([
    aNode({ PORT: 'x', LOG_LEVEL: 'loud' }).end(),
    aNode({ PORT: port, DATABASE_URL: ownerUrl }).end(),
    aNode({ DATABASE_URL: 'postgres://owner:geheim@127.0.0.1:1/rollcall' }).end(),
  ])
  expect(wrong).toMatchObject({
    code: 1,
    said: '',
    complained: expect.stringMatching(/^PORT must .*\nLOG_LEVEL must .*\n$/),
  })
  expect(taken).toMatchObject({
    code: 1,
    complained: expect.stringContaining(`The port ${port} is already in use. Set PORT to another one.`),
  })
  expect(nowhere).toMatchObject({
    code: 1,
    complained: expect.stringMatching(
      /^Rollcall did not start\. The database rollcall at 127\.0\.0\.1:1 cannot be entered: .*\n$/,
    ),
  })
  expect(nowhere.complained).not.toContain('geheim')
})
