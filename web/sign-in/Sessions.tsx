import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { endSession, type listSessions } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { browserOf } from './browser.ts'
import classes from './Sessions.module.css'
import { sessions } from './sign-in.queries.ts'

type Session = Answer<typeof listSessions>['items'][number]

export function Sessions() {
  const { data, error, refetch } = useQuery(sessions())
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton height={52} />
  return (
    <ul className={classes.sessions}>
      {data.items.map((session) => (
        <OneSession key={session.id} session={session} />
      ))}
    </ul>
  )
}

function OneSession({ session }: { session: Session }) {
  const { t } = useTranslation('sign-in')
  const queryClient = useQueryClient()
  const end = useMutation({
    mutationFn: () => call(endSession, { sessionId: session.id }),
    onSuccess: () => {
      toastDone({ title: t('sessionEnded') })
      return queryClient.invalidateQueries(sessions())
    },
    onError: toastRefused,
  })
  const { name, system, isPhone } = browserOf(session.browser)
  const browser = name && system ? t('browserOn', { browser: name, system }) : (name ?? t('unknownBrowser'))
  const Icon = isPhone ? IconDeviceMobile : IconDeviceDesktop

  return (
    <li className={classes.session}>
      <Icon size={24} stroke={1.5} className={classes.icon} aria-hidden />
      <Stack gap={0} className={classes.words}>
        <Group gap="xs">
          <Text fw={500} title={session.browser ?? undefined}>
            {browser}
          </Text>
          {session.isThisOne && (
            <Badge variant="default" size="sm">
              {t('thisOne')}
            </Badge>
          )}
        </Group>
        <Text c="dimmed">
          {t('signedIn')} <Ago at={session.signedInAt} />, {t('lastSeen')} <Ago at={session.lastSeenAt} />
          {session.address && <> · {session.address}</>}
        </Text>
      </Stack>
      {!session.isThisOne && (
        <Button
          variant="default"
          size="xs"
          loading={end.isPending}
          aria-label={t('endSessionOf', { browser })}
          onClick={() => end.mutate()}
        >
          {t('endSession')}
        </Button>
      )}
    </li>
  )
}
