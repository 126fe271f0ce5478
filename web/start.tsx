import { startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '#web/shell/App.tsx'
import { router } from './router.tsx'
import { loadSchemas } from './search.ts'
import { startWords } from './words.ts'

startWords()
void start()

async function start(): Promise<void> {
  // Fetch the page's own script while it is still being asked who is there.
  const [routes] = router.getMatchedRoutes(location.pathname)
  for (const route of routes) void router.loadRouteChunk(route)

  if (location.search) await loadSchemas()
  // Until then the document shows where one is.
  await router.load()
  // A transition, so that the browser gets its turn while a slow phone draws a long page.
  const root = createRoot(document.getElementById('root')!)
  startTransition(() => root.render(<App router={router} />))
}
