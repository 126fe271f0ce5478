import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { emptyDatabase, freshDatabase } from '#tests/harness/postgres.ts'
import { connectOnce } from './database.ts'
import { migrate } from './migrate.ts'

/** A folder with these migrations, and an empty database for them. */
async function scene(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-migrations-'))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  for (const [name, text] of Object.entries(files)) write(name, text)
  const { ownerUrl } = await emptyDatabase()
  const connection = await connectOnce(ownerUrl)
  onTestFinished(async () => {
    rmSync(folder, { recursive: true })
    await connection.end()
  })
  return {
    folder,
    ownerUrl,
    write,
    ask: async (text: string) => (await connection.query<Record<string, unknown>>(text)).rows,
  }
}

test('two nodes that start at once migrate once', async () => {
  const { folder, ownerUrl, ask } = await scene({
    // Long enough for the second to arrive in the middle of the first.
    '0001-first.sql': 'create table log (line int); select pg_sleep(0.3); insert into log values (1);',
    '0002-second.sql': 'insert into log values (2);',
  })
  const applied = await Promise.all([migrate(ownerUrl, folder), migrate(ownerUrl, folder), migrate(ownerUrl, folder)])
  expect(applied.flat()).toEqual(['0001-first.sql', '0002-second.sql'])
  expect(await ask('select line from log order by line')).toEqual([{ line: 1 }, { line: 2 }])
})

test('a migration that was changed after it had been applied is refused by name', async () => {
  const { folder, ownerUrl, write } = await scene({ '0001-first.sql': 'create table log (line int);' })
  await migrate(ownerUrl, folder)
  write('0001-first.sql', 'create table log (line bigint);')
  await expect(migrate(ownerUrl, folder)).rejects.toThrow('0001-first.sql was changed after it had been applied')
})

test('a database that a newer version has migrated is refused', async () => {
  const { folder, ownerUrl, ask } = await scene({ '0001-first.sql': 'select 1;' })
  await migrate(ownerUrl, folder)
  await ask("insert into migrations values ('0002-from-the-future.sql', 'x')")
  await expect(migrate(ownerUrl, folder)).rejects.toThrow('0002-from-the-future.sql is unknown here')
})

test('a migration that comes late, or has no number of its own, is refused', async () => {
  const { folder, ownerUrl, write } = await scene({ '0002-second.sql': 'select 1;' })
  await migrate(ownerUrl, folder)
  write('0001-late.sql', 'select 1;')
  await expect(migrate(ownerUrl, folder)).rejects.toThrow('0001-late.sql comes before 0002-second.sql')
  write('0002-twice.sql', 'select 1;')
  await expect(migrate(ownerUrl, folder)).rejects.toThrow('0002-twice.sql needs a number of its own')
})

test('a migration that fails leaves nothing, and says in which line', async () => {
  const { folder, ownerUrl, write, ask } = await scene({
    '0001-first.sql': 'create table log (line int);\ninsert into log\nvalues (1, 2);',
  })
  await expect(migrate(ownerUrl, folder)).rejects.toThrow(/0001-first\.sql failed, line 3: INSERT has more expressions/)
  expect(await ask("select to_regclass('log') as log, (select count(*) from migrations) as applied")).toEqual([
    { log: null, applied: 0 },
  ])

  write('0001-first.sql', 'create table log (line int);')
  expect(await migrate(ownerUrl, folder)).toEqual(['0001-first.sql'])
})

test("the product's own migrations have nothing left to do in a fresh database", async () => {
  const { ownerUrl } = await freshDatabase()
  expect(await migrate(ownerUrl)).toEqual([])
})
