import { ensureInstalled } from './prepare.mjs'
import { main, ourNode, root, run, tool } from './run.mjs'

/*
 * npm run tables            writes server/db/tables.ts: what the migrations make, as types
 * npm run tables -- --verify   says whether it is so already
 */
const generator = [
  '--camel-case',
  '--date-parser',
  'string',
  '--dialect',
  'postgres',
  '--exclude-pattern',
  'migrations',
]
/** As the type parsers of server/db/database.ts give them. */
const parsed = JSON.stringify({ int8: 'number', timestamptz: 'string' })

await main(async () => {
  await ensureInstalled()
  // This file runs under any Node; the server's own code needs ours.
  if (process.argv[2] !== 'within')
    return (await run(ourNode, ['scripts/tables.mjs', 'within', ...process.argv.slice(2)])).code

  const { default: startPostgres, freshDatabase } = await import('../tests/harness/postgres.ts')
  const stop = await startPostgres()
  try {
    const { ownerUrl } = await freshDatabase()
    const verify = process.argv.includes('--verify') ? ['--verify'] : []
    const args = [
      ...generator,
      '--type-mapping',
      parsed,
      '--url',
      ownerUrl,
      '--out-file',
      `${root}server/db/tables.ts`,
      ...verify,
    ]
    return (await run(ourNode, [tool('kysely-codegen'), ...args])).code
  } finally {
    await stop()
  }
})
