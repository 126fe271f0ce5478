import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './Frame.module.css'

function listen(onChange: () => void): () => void {
  window.addEventListener('online', onChange)
  window.addEventListener('offline', onChange)
  return () => {
    window.removeEventListener('online', onChange)
    window.removeEventListener('offline', onChange)
  }
}

/** Says why nothing comes, as long as the browser has no connection. */
export function Offline() {
  const { t } = useTranslation('shell')
  const isOnline = useSyncExternalStore(listen, () => navigator.onLine)
  return (
    <div role="status" className={classes.offline}>
      {!isOnline && <p>{t('offline')}</p>}
    </div>
  )
}
