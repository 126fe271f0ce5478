import { ensureBrowser, ensureInstalled, ensureWebBuilt } from './prepare.mjs'
import { main, ourNode, run } from './run.mjs'

/* npm run bench: see bench/main.ts. Pages are measured too, so the web part and a browser have to be there. */
await main(async () => {
  await ensureInstalled()
  await ensureWebBuilt()
  await ensureBrowser()
  const { code } = await run(ourNode, ['bench/main.ts', ...process.argv.slice(2)])
  return code
})
