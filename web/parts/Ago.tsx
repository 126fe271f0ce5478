import { useMe } from '#web/api/me.ts'
import { showAgo, showInstant } from './dates.ts'

/** "3 days ago", with the exact moment on hover. */
export function Ago({ at }: { at: string }) {
  const { account } = useMe()
  return (
    <time dateTime={at} title={showInstant(at, account.timeZone)}>
      {showAgo(at)}
    </time>
  )
}
