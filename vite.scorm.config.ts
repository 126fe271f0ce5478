import { defineConfig } from 'vite'

/** The page that plays packages: built apart, since it is served on another origin and below any address. */
export default defineConfig({
  root: 'web/scorm',
  base: './',
  publicDir: false,
  build: {
    outDir: '../../dist/web/scorm',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: 'web/scorm/player.html' },
  },
})
