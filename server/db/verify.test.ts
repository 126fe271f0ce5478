import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { connect, connectOnce } from './database.ts'
import { verify } from './verify.ts'

/** What verify() says of a fresh database after these statements; empty when it lets it pass. */
async function offencesAfter(statements = '', login: 'appUrl' | 'ownerUrl' | 'adminUrl' = 'appUrl'): Promise<string> {
  const urls = await freshDatabase()
  const owner = await connectOnce(urls.ownerUrl)
  try {
    await owner.query(statements)
  } finally {
    await owner.end()
  }
  const database = connect(urls[login])
  onTestFinished(() => database.destroy())
  return verify(database).then(
    () => '',
    (error: Error) => error.message,
  )
}

const walled = 'alter table notes enable row level security, force row level security;'
const notes = `create table notes (account_id uuid references accounts, id uuid, primary key (account_id, id)); ${walled}`

test('R33 the schema as migrated passes, and so does one more table in its manner', async () => {
  expect(await offencesAfter()).toBe('')
  expect(await offencesAfter(notes)).toBe('')
})

test.each([
  ['a table without row level security', notes.replace(walled, ''), 'notes: row level security is not enabled'],
  [
    'a table where it does not bind the owner',
    `${notes} alter table notes no force row level security`,
    'notes: row level security is not forced',
  ],
  [
    'accounts without it',
    'alter table accounts no force row level security',
    'accounts: row level security is not forced',
  ],
  [
    'a primary key over all accounts',
    `create table notes (account_id uuid, id uuid primary key); ${walled}`,
    'notes: notes_pkey does not begin with account_id',
  ],
  [
    'a name that is unique over all accounts',
    `${notes} alter table notes add text text constraint taken unique`,
    'notes: taken does not begin with account_id',
  ],
  ['a table without primary key', `create table notes (account_id uuid); ${walled}`, 'notes: it has no primary key'],
  [
    'a row that can point into another account',
    `${notes} create unique index by_id on notes (id);
     create table pages (account_id uuid, id uuid, note_id uuid constraint of_note references notes (id), primary key (account_id, id))`,
    'pages: the foreign key of_note does not begin with account_id',
  ],
  [
    "a view with its owner's eyes",
    `${notes} create view all_notes as select * from notes`,
    'all_notes: the view looks with',
  ],
  [
    'a materialized view',
    `${notes} create materialized view kept as select * from notes; grant select on kept to rollcall_app`,
    'kept: a materialized view',
  ],
  [
    "a table of the application's own",
    `${notes} grant rollcall_app to current_user; grant create on schema public to rollcall_app; alter table notes owner to rollcall_app`,
    'the role rollcall_app owns notes',
  ],
])('R33 refuses %s', async (_, statements, offence) => {
  expect(await offencesAfter(statements)).toContain(offence)
})

test('R33 refuses a superuser and the owner of the schema, and names every offence', async () => {
  expect(await offencesAfter('', 'adminUrl')).toContain('the role postgres is a superuser')
  const all = await offencesAfter('create table notes (account_id uuid)', 'ownerUrl')
  expect(all).toMatch(/the role rollcall_owner owns .*accounts/)
  expect(all).toContain('notes: row level security is not enabled')
  expect(all).toContain('notes: it has no primary key')
})

test('R33 refuses a role that may bypass row level security, or may become the owner', async () => {
  const urls = await freshDatabase()
  const admin = await connectOnce(urls.adminUrl)
  onTestFinished(() => admin.end())
  const name = new URL(urls.adminUrl).pathname.slice(1)
  const login = async (rights: string) => {
    const role = `${name}_${rights.replaceAll(/\W+/g, '_')}`
    await admin.query(`create role ${role} login password 'x' ${rights}`)
    const database = connect(Object.assign(new URL(urls.appUrl), { username: role, password: 'x' }).href)
    onTestFinished(() => database.destroy())
    return verify(database)
  }
  await expect(login('bypassrls')).rejects.toThrow('may bypass row level security')
  await expect(login('in role rollcall_owner')).rejects.toThrow(
    "is a member of rollcall_owner, which owns the schema's tables",
  )
  await expect(login('in role rollcall_app')).resolves.toBeUndefined()
})

test('A1 without an account set, the application sees no row of any table that it may read', async () => {
  const urls = await freshDatabase()
  const [admin, application] = [await connectOnce(urls.adminUrl), await connectOnce(urls.appUrl)]
  onTestFinished(async () => void (await Promise.all([admin.end(), application.end()])))
  await admin.query("insert into accounts (name, time_zone) values ('Acme', 'UTC')")

  const { rows } = await application.query<{ name: string }>(
    "select distinct table_name as name from information_schema.table_privileges where table_schema = 'public' and privilege_type = 'SELECT'",
  )
  const tables = rows.map((row) => row.name)
  expect(tables.length).toBeGreaterThan(5)
  for (const table of tables) {
    expect([table, (await application.query<{ n: number }>(`select count(*) as n from ${table}`)).rows[0]?.n]).toEqual([
      table,
      0,
    ])
  }
})
