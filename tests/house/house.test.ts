import { describe, expect, test } from 'vitest'
import { namesInPath } from '#contract/endpoint.ts'
import { endpoints } from '#contract/endpoints.ts'
import { problems } from '#contract/problems.ts'
import { Problem } from '#server/problem.ts'
import { circle, climbing, containing, imports, migrations, sources, text, withoutStep } from './sources.ts'

/** A folder imports from itself and from those before it, never from one after it. */
const serverStairs = [
  'config.ts',
  'problem.ts',
  'log.ts',
  'db',
  'repeat.ts',
  'outside.ts',
  'gate',
  'files',
  'seats',
  'webhooks',
  'lifecycle',
  'operations',
  'people',
  'enrollments',
  'mail',
  'courses',
  'departments',
  'groups',
  'sign-in',
  'single-sign-on',
  'tokens',
  'portal',
  'content',
  'reports',
  'imports',
  'activity',
  'settings',
  'accounts',
  'backup',
  'provisioning',
  'live',
  'api-docs',
  'clock.ts',
  'health.ts',
  'metrics.ts',
  'pages.ts',
  'app.ts',
  'main.ts',
  'operator',
].map((place) => `server/${place}`)

const webStairs = [
  'scorm',
  'api',
  'search.schemas.ts',
  'search.ts',
  'parts',
  'lifecycle',
  'enrollments',
  'people',
  'groups',
  'departments',
  'courses',
  'seats',
  'reports',
  'mail',
  'activity',
  'imports',
  'tokens',
  'webhooks',
  'provisioning',
  'single-sign-on',
  'connections',
  'settings',
  'sign-in',
  'portal',
  'api-docs',
  'shell',
  'screen-words.ts',
  'words.ts',
  'router.tsx',
  'start.tsx',
  'main.tsx',
].map((place) => `web/${place}`)

const outside = (folder: string) => (file: string) => !file.startsWith(folder)
const from = (folder: string) => imports.filter(({ file }) => file.startsWith(folder))

describe('who may import whom', () => {
  test('the test sees what there is: files, and what they import', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(imports).toContainEqual({ file: 'server/app.ts', target: 'server/gate/gate.ts' })
    expect(imports).toContainEqual({ file: 'server/lifecycle/look.ts', target: 'server/lifecycle/settle.ts' })
  })

  test('the contract imports nothing of ours', () => {
    expect(from('contract/').filter(({ target }) => !target.startsWith('contract/'))).toEqual([])
  })

  test('the client knows the contract alone, and gives all of it', () => {
    expect(from('client/').filter(({ target }) => !/^(client|contract)\//.test(target))).toEqual([])
    const given = from('client/package.ts').map(({ target }) => target)
    expect(given.filter((target) => target.startsWith('contract/')).sort()).toEqual(
      sources.filter((file) => file.startsWith('contract/')),
    )
  })

  test('browser, command line and server meet in the contract only', () => {
    expect(from('cli/').filter(({ target }) => !/^(cli|client|contract|server\/operator)\//.test(target))).toEqual([])
    expect(from('web/').filter(({ target }) => !/^(web|client|contract)\//.test(target))).toEqual([])
    expect(from('server/').filter(({ target }) => !/^(server|contract)\//.test(target))).toEqual([])
  })

  test('the command line loads what works on the database when it is asked for, and not before', () => {
    expect(containing(/^import (?!type ).*'#server/m, 'cli/')).toEqual([])
  })

  test('in the server, imports point to earlier steps, and every folder has its step', () => {
    expect(withoutStep('server/', serverStairs)).toEqual([])
    expect(climbing('server/', serverStairs)).toEqual([])
  })

  test('in the web part, imports point to earlier steps, and every folder has its step', () => {
    expect(withoutStep('web/', webStairs)).toEqual([])
    expect(climbing('web/', webStairs)).toEqual([])
  })

  test('in the web part, the build gives schemas to *.schemas.ts alone: who looks into one has it from there', () => {
    expect(containing(/\.(safeParse|unwrap|omit|pick)\(/, 'web/')).toEqual([
      'web/courses/module-form.ts',
      'web/search.schemas.ts',
      'web/search.ts',
    ])
  })

  test('no file imports itself by way of others', () => {
    expect(circle()).toBeUndefined()
  })
})

describe('one door, one view, one writer', () => {
  test('A1 only server/db opens a connection', () => {
    expect(containing(/from 'pg'|new Kysely|new pg\./, 'server/').filter(outside('server/db/'))).toEqual([])
  })

  test('S2 only server/gate opens a transaction', () => {
    const opening = /\.transaction\(|startTransaction\(|\.connection\(\)\.execute|sql`\s*begin\b/i
    expect(containing(opening, 'server/').filter(outside('server/db/'))).toEqual(['server/gate/work.ts'])
  })

  test('S1 users are added, and changed, by server/lifecycle alone', () => {
    const writing =
      /(insert\s+into|update|delete\s+from)\s+users\b|(insertInto|updateTable|deleteFrom|mergeInto)\(\s*'users/i
    const writers = containing(writing, 'server/')
    expect(writers.filter(outside('server/lifecycle/'))).toEqual([])
    expect(writers).toContain('server/lifecycle/change.ts')
  })

  test('S1 who is in is asked of active_users and is_active(): nobody else compares a status', () => {
    const comparing =
      /\bstatus\s*(=|<>|!=|(not\s+)?in\b|is (not )?distinct)\s*\(?\s*'|'(\w+\.)?status',\s*'(=|!=|<>|in|not in)'/i
    // People who wait for a seat are counted with the seats (T3); that is no question of who is in.
    const counting = text('server/seats/standing.ts').match(new RegExp(comparing, 'gi')) ?? []
    expect(counting).toHaveLength(1)
    expect(
      containing(comparing, 'server/')
        .filter(outside('server/lifecycle/'))
        .filter((file) => file !== 'server/seats/standing.ts'),
    ).toEqual([])
  })
})

describe('one contract', () => {
  const told = Object.entries(endpoints)

  test('every call of the contract is in the list that the server and the tests read', () => {
    const inFiles = sources.flatMap((file) =>
      [...text(file).matchAll(/^export const (\w+) = endpoint\(/gm)].map(([, name]) => name!),
    )
    expect(new Set(inFiles)).toEqual(new Set(Object.keys(endpoints)))
  })

  test('no two calls have the same method and path', () => {
    const addresses = told.map(([, { method, path }]) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)
    expect(addresses.filter((address, place) => addresses.indexOf(address) !== place)).toEqual([])
  })

  test('what the path names is an input of the call', () => {
    const missing = told.filter(([, { path, input }]) => namesInPath(path).some((name) => !(name in input.shape)))
    expect(missing.map(([name]) => name)).toEqual([])
  })

  test('every constraint that somebody can run into is a problem with that name', () => {
    const named = migrations.flatMap((sql) => [
      ...[...sql.matchAll(/create table (\w+) \(([\s\S]*?)\n\)/g)].flatMap(([, table, body]) =>
        [...body!.matchAll(/\bconstraint (\w+)/g)].map(([, constraint]) => ({ table, constraint })),
      ),
      ...[...sql.matchAll(/constraint = '(\w+)'/g)].map(([, constraint]) => ({ table: undefined, constraint })),
    ])
    expect(named.length).toBeGreaterThan(10)
    // Our own consistency: whoever runs into it has found a defect, and it is logged as one.
    const ours = ['date_and_instant_together', 'mail_once', 'one_target', 'one_due', 'one_enrollment_a_round']
    const untold = named.filter((one) => !Problem.fromConstraint(one)).map(({ constraint }) => constraint!)
    expect(untold.filter((constraint) => !ours.includes(constraint))).toEqual([])
  })

  test('every problem is thrown, answered or refused by somebody', () => {
    const said = [...sources.map(text), ...migrations].join('\n')
    const unsaid = Object.keys(problems).filter((code) => said.split(code).length <= 2)
    expect(unsaid).toEqual([])
  })
})
