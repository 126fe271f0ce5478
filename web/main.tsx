import '@fontsource-variable/inter/index.css'
import '@mantine/core/styles.layer.css'
import '@mantine/dates/styles.layer.css'
import '#web/shell/global.css'

/** The document is on screen. One that nobody looks at never is, and must not wait for it. */
const isShown = new Promise<void>((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve))
  setTimeout(resolve, 100)
})

// What follows keeps a phone busy for half a second.
void isShown.then(() => import('./start.tsx'))
