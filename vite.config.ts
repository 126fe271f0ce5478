import react from '@vitejs/plugin-react'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const squeeze = promisify(brotliCompress)

/** Puts `x.js.br` beside `x.js`: pressed once, as hard as it goes, instead of lightly with each request. */
const pressed = (): Plugin => ({
  name: 'rollcall:pressed',
  apply: 'build',
  async writeBundle({ dir }, bundle) {
    const texts = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name))
    await Promise.all(
      texts.map(async (name) => {
        const path = join(dir!, name)
        await writeFile(`${path}.br`, await squeeze(await readFile(path)))
      }),
    )
  },
})

export default defineConfig({
  root: 'web',
  plugins: [react(), pressed()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    // The host stays the browser's: the server refuses changes that seem to come from another site.
    proxy: {
      '^/api/(v1/|openapi)': { target: process.env['ROLLCALL_URL'] ?? 'http://127.0.0.1:3000', changeOrigin: false },
    },
  },
})
