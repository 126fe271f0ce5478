import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { ensureInstalled } from './prepare.mjs'
import { Failure, main, ourNode, root, run, tool } from './run.mjs'

/* npm run client: dist/client, the package @rollcall/client, as npm publishes it. */
const target = `${root}dist/client`

await main(async () => {
  await ensureInstalled()
  rmSync(target, { recursive: true, force: true })
  const { code } = await run(ourNode, [tool('tsc'), '-p', 'client', '--outDir', target])
  if (code !== 0) throw new Failure('The client could not be built, see above.')

  const { version, dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const told = {
    name: '@rollcall/client',
    version,
    description: 'Calls the API of Rollcall, a self-hosted learning platform: typed, small, for Node.js and browsers',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    exports: { '.': { types: './client/package.d.ts', default: './client/package.js' } },
    imports: { '#contract/*.ts': { types: './contract/*.d.ts', default: './contract/*.js' } },
    dependencies: { zod: dependencies.zod },
  }
  writeFileSync(`${target}/package.json`, `${JSON.stringify(told, null, 2)}\n`)
  copyFileSync(`${root}client/README.md`, `${target}/README.md`)
  console.log(`${told.name} ${version} is in dist/client.`)
})
