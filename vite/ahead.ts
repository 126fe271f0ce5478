import type { Plugin, Rolldown } from 'vite'

const start = 'start.tsx'
const frame = ['shell/Frame.tsx', 'screen-words.ts']

/** Where most visits begin: the files that the first script would send for, and what it would ask the server. */
const begins = {
  '/sign-in': { files: [], asks: ['welcome'] },
  '/people': { files: ['people/PeoplePage.tsx', ...frame], asks: ['me', 'users', 'users/counts', 'seats'] },
  '/home': { files: ['portal/HomePage.tsx', ...frame], asks: ['me'] },
}

type Bundle = Record<string, Rolldown.OutputChunk | Rolldown.OutputAsset>

/** The scripts that hold these files and all that they import. */
function scriptsOf(files: readonly string[], bundle: Bundle): Set<string> {
  const chunks = Object.values(bundle).filter((built) => built.type === 'chunk')
  const known = new Set<string>()
  const add = (fileName: string): void => {
    if (known.has(fileName)) return
    known.add(fileName)
    chunks.find((chunk) => chunk.fileName === fileName)?.imports.forEach(add)
  }
  for (const file of files) {
    const chunk = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/web/${file}`)))
    if (!chunk) throw new Error(`There is no script with web/${file}, which is to be fetched ahead.`)
    add(chunk.fileName)
  }
  return known
}

/**
 * Tells the browser in the head of the document what it will need, so that all of it is fetched side by side and not
 * one after the other. Behind the styles: these alone keep the document from being shown.
 *
 * What every page needs, the document names; what one of them needs beyond that is in `ahead.json`, for the server,
 * which knows the address that is asked for.
 */
export const ahead = (): Plugin => ({
  name: 'rollcall:ahead',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle }) =>
      [...scriptsOf([start], bundle!)]
        .filter((file) => !html.includes(file))
        .map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, fetchpriority: 'low', href: `/${file}` },
          injectTo: 'head',
        })),
  },
  generateBundle(_, bundle) {
    const first = scriptsOf([start], bundle)
    const told = Object.entries(begins).map(([path, { files, asks }]) => {
      const scripts = [...scriptsOf(files, bundle)].filter((file) => !first.has(file))
      return [path, { scripts: scripts.map((file) => `/${file}`), asks: asks.map((name) => `/api/v1/${name}`) }]
    })
    this.emitFile({ type: 'asset', fileName: 'ahead.json', source: JSON.stringify(Object.fromEntries(told)) })
  },
})
