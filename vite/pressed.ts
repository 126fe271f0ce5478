import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import type { Plugin } from 'vite'

const squeeze = promisify(brotliCompress)

/** Puts `x.js.br` beside `x.js`: pressed once, as hard as it goes, instead of lightly with each request. */
export const pressed = (): Plugin => ({
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
