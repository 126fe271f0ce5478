import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { ahead } from './vite/ahead.ts'
import { calls } from './vite/calls.ts'
import { pressed } from './vite/pressed.ts'

/** What runs before the document is on screen: the entry and its styles. */
const isBefore = /web.(main\.tsx|index\.html)$|(?<!module)\.css$/
/** Too small for a file of their own, which costs a phone more in asking than in loading. */
const isSmall = /icons-react|use-hotkeys|components.(Avatar|Checkbox|Kbd|Progress)|web.parts.(SeatMeter|StatusBadge)/
/** Wanted by many screens, but by none before a dialog or a form is open. */
const isForDialogs = /@mantine.dates|dayjs|parts.(DateField|typed-date)|number-format|NumberInput|MultiSelect|Radio/

export default defineConfig({
  root: 'web',
  plugins: [calls(), react(), ahead(), pressed()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    // The screens' own styles are a few kB; in files of their own each of them would be waited for.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'start.tsx'].map((file) => join(import.meta.dirname, 'web', file)),
      // What the contract makes with zod and no screen asks for.
      treeshake: { manualPureFunctions: ['z'] },
      output: {
        // Few files, each with what its readers need. The first one that takes something keeps it.
        codeSplitting: {
          groups: [
            { name: 'zod', test: /node_modules.zod/ },
            { name: 'load', test: /preload-helper/ },
            { name: 'first', tags: ['$initial'], test: (id) => !isBefore.test(id) },
            { name: 'screens', test: (id) => !isForDialogs.test(id), minShareCount: 6 },
            { name: 'pieces', test: isSmall, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    // The host stays the browser's: the server refuses changes that seem to come from another site.
    proxy: {
      '^/api/(v1/|openapi)': { target: process.env['ROLLCALL_URL'] ?? 'http://127.0.0.1:3000', changeOrigin: false },
    },
  },
})
