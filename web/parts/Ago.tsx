import { Tooltip } from '@mantine/core'
import { useMe } from '#web/api/me.ts'
import { showAgo, showInstant } from './dates.ts'

/** "3 days ago", with the exact moment on hover. */
export function Ago({ at }: { at: string }) {
  const { account } = useMe()
  return (
    <Tooltip label={showInstant(at, account.timeZone)}>
      <time dateTime={at}>{showAgo(at)}</time>
    </Tooltip>
  )
}
