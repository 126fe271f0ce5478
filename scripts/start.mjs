import { spawn } from 'node:child_process'
import { ensureInstalled, ensureWebBuilt } from './prepare.mjs'
import { main, ourNode, root } from './run.mjs'

await main(async () => {
  await ensureInstalled()
  await ensureWebBuilt()

  const server = spawn(ourNode, ['server/main.ts'], { cwd: root, stdio: 'inherit' })
  // Ctrl-C reaches the server by itself; what is sent to this process alone is handed on. It stops once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
})
