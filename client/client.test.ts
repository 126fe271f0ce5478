import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deactivateUsers, type Operation } from '#contract/lifecycle.ts'
import { addUsers, exportUsers, listUsers } from '#contract/people.ts'
import { addToken, tokenScopes } from '#contract/tokens.ts'
import { anAccount, app } from '#tests/harness/account.ts'
import { call, send } from './call.ts'
import { ended } from './operation.ts'
import { pages } from './pages.ts'
import { Refused } from './refused.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')

// The only account of this database answers at any address.
const { owner, admin, learner, people } = await anAccount({ learners: 5 })
const { token } = await admin.call(addToken, { name: 'Client', scopes: [...tokenScopes] })
const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
const door = { url, token }

const refusalOf = async (asked: Promise<unknown>): Promise<Refused> => {
  const error = await asked.then(
    () => undefined,
    (refused: unknown) => refused,
  )
  expect(error).toBeInstanceOf(Refused)
  return error as Refused
}

describe('the client', () => {
  test('reads a list page by page, to its end', async () => {
    const seen: string[] = []
    let count = 0
    for await (const page of pages(door, listUsers, { role: 'learner', limit: 2 })) {
      count++
      seen.push(...page.map(({ email }) => email))
    }
    expect([count, seen.sort()]).toEqual([3, people.map(({ email }) => email).sort()])
  })

  test('does once what is sent twice with one key', async () => {
    const asked = { people: [{ firstName: 'N', lastName: 'N', email: 'n@example.org' }] }
    const first = await call(door, addUsers, asked, { idempotencyKey: 'once' })
    expect(await call(door, addUsers, asked, { idempotencyKey: 'once' })).toEqual(first)
    expect(await refusalOf(call(door, addUsers, asked))).toMatchObject({ code: 'email_taken', status: 409 })
  })

  test('tells what was refused, at which field, and that nobody answers', async () => {
    const asked = call(door, addUsers, { people: [{ firstName: 'N', lastName: 'N', email: 'no address' }] })
    expect(await refusalOf(asked)).toMatchObject({ code: 'invalid_input', where: [{ at: 'people.0.email' }] })
    expect(await refusalOf(call({ ...door, token: 'rollcall_no' }, listUsers, {}))).toMatchObject({
      code: 'not_signed_in',
    })
    const nobody = await refusalOf(call({ ...door, url: 'http://127.0.0.1:1' }, listUsers, {}))
    expect(nobody).toMatchObject({ code: 'unavailable', title: expect.stringContaining('http://127.0.0.1:1 does not') })
    const other = await refusalOf(call(door, { ...listUsers, path: '/api/v1/nothing' }, {}))
    expect(other).toMatchObject({ code: 'not_found', status: 404 })
  })

  test('is broken off by its signal, which is no refusal', async () => {
    const asked = call(door, listUsers, {}, { signal: AbortSignal.abort() })
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('gives a file as it comes', async () => {
    const response = await send(door, exportUsers, { search: learner.email })
    expect(response.headers.get('content-type')).toContain('text/csv')
    expect(await response.text()).toContain(learner.email)
  })

  test('waits for the end of an operation, and tells how it stands', async () => {
    const { operation } = await call(door, deactivateUsers, { users: { ids: [learner.id] } })
    const told: Operation['state'][] = []
    const over = await ended(door, operation, { onProgress: ({ state }) => told.push(state) })
    expect([over.changed, told]).toEqual([1, ['finished']])
  })
})

describe('the package @rollcall/client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-client-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  beforeAll(async () => {
    await run(process.execPath, ['scripts/client.mjs'], { cwd: root })
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder, join(root, 'dist/client')])
    const installed = join(folder, 'node_modules/@rollcall/client')
    mkdirSync(installed, { recursive: true })
    await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', installed, '--strip-components=1'])
    symlinkSync(join(root, 'node_modules/zod'), join(folder, 'node_modules/zod'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    for (const [file, page] of [
      ['readme.ts', 'client/README.md'],
      ['api.ts', 'docs/api.md'],
    ] as const) {
      const [, example] = /```ts\n([^]*?)```/.exec(readFileSync(join(root, page), 'utf8'))!
      writeFileSync(join(folder, file), example!)
    }
  })

  const runIn = (file: string, ...args: string[]) =>
    run(process.execPath, [file, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ROLLCALL_URL: url, ROLLCALL_TOKEN: token },
    })

  test('has types: what is right compiles, what is wrong does not', async () => {
    writeFileSync(
      join(folder, 'wrong.ts'),
      `import { call, listUsers } from '@rollcall/client'
       const { items } = await call({}, listUsers, { status: 'gone' })
       console.log(items[0]?.nothing)`,
    )
    // As a strict program of others is checked.
    const strict = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--target',
      'es2024',
    ]
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
    const checked = run(join(root, 'node_modules/.bin/tsc'), [...strict, ...types, 'readme.ts', 'api.ts', 'wrong.ts'], {
      cwd: folder,
    })
    const { stdout } = await checked.catch((error: { stdout: string }) => error)
    expect(stdout.match(/^\w+\.ts\(\d+/gm)).toEqual(['wrong.ts(2', 'wrong.ts(3'])
  })

  test('runs outside of the repository: lists people, deactivates one, is refused with a code', async () => {
    const [someone] = people.slice(-1)
    expect((await runIn('readme.ts', someone!.email)).stdout).toContain('1 of 1\n1 deactivated.')
    expect(await someone!.row()).toMatchObject({ status: 'inactive' })
    await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
    await expect(runIn('readme.ts', someone!.email)).rejects.toThrow('account_inactive')
  })

  test('gives every endpoint by its name', async () => {
    writeFileSync(
      join(folder, 'all.ts'),
      `import * as all from '@rollcall/client'
       console.log(JSON.stringify(Object.keys(all.endpoints).filter((name) => !(name in all))))`,
    )
    expect((await runIn('all.ts')).stdout).toBe('[]\n')
  })
})
