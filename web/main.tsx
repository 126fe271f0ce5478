import './api/strict.ts'
import '@fontsource-variable/inter/index.css'
import '@mantine/core/styles.layer.css'
import '@mantine/dates/styles.layer.css'
import '#web/shell/global.css'
import { createRoot } from 'react-dom/client'
import { App } from '#web/shell/App.tsx'
import { router } from './router.tsx'
import { startWords } from './words.ts'

// Fetch the page's own script while it is still being asked who is there.
const [routes] = router.getMatchedRoutes(location.pathname)
for (const route of routes) void router.loadRouteChunk(route)

startWords()
createRoot(document.getElementById('root')!).render(<App router={router} />)
