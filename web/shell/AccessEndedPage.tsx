import { Anchor, Center, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconLock } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problems } from '#contract/problems.ts'
import { forget, me } from '#web/api/me.ts'
import { showInstant } from '#web/parts/dates.ts'
import { queryClient } from './queries.ts'

/** S3: the open page ends with the access. What it had in memory is gone, too. */
export function AccessEndedPage({ at }: { at: string }) {
  const { t } = useTranslation('shell')
  const [zone] = useState(() => queryClient.getQueryData(me().queryKey)?.account.timeZone ?? 'UTC')
  const heading = useRef<HTMLHeadingElement>(null)

  useEffect(() => {
    forget(queryClient)
    notifications.clean()
    document.title = `${t('endedTitle')} · Rollcall`
    heading.current?.focus()
  }, [t])

  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack align="center" gap="sm" maw={440} ta="center" role="alert">
        <IconLock size={36} stroke={1.5} aria-hidden />
        <Title order={1} ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
          {t('endedTitle')}
        </Title>
        <Text>{problems.account_inactive.title}</Text>
        <Text c="dimmed">{t('endedAt', { time: showInstant(at, zone) })}</Text>
        {/* A whole new page: nothing of the old one stays in the browser. */}
        <Anchor href="/sign-in" mt="xs">
          {t('endedSignIn')}
        </Anchor>
      </Stack>
    </Center>
  )
}
