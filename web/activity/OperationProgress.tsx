import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { cancelOperation, type Operation, pauseOperation, resumeOperation } from '#contract/lifecycle.ts'
import { problems } from '#contract/problems.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { toastRefused } from '#web/parts/toast.ts'

const verbs = { pause: pauseOperation, resume: resumeOperation, cancel: cancelOperation } as const
const number = new Intl.NumberFormat('en')

const ofStarter: Readonly<Record<string, 'starterIsOut' | 'starterMayNot'>> = {
  account_inactive: 'starterIsOut',
  not_allowed: 'starterMayNot',
}

/** B4: how far a large operation is, and the ways to hold, go on with or end it. */
export function OperationProgress({ operation }: { operation: Operation }) {
  const { t } = useTranslation('activity')
  const { id, state, selected, remaining, perSecond, pausedBecause } = operation
  const queryClient = useQueryClient()
  const steer = useMutation({
    mutationFn: (verb: keyof typeof verbs) => call(verbs[verb], { operationId: id }),
    onSuccess: () => void askAgain(queryClient),
    onError: toastRefused,
  })
  useAskAgainAtItsEnd(state)
  if (state === 'finished') return null
  if (state === 'cancelled') return <Text c="dimmed">{t('cancelledText', { count: remaining })}</Text>

  const done = selected - remaining
  const isRunning = state === 'running'
  return (
    <Stack gap="xs" maw={640}>
      {pausedBecause && (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title={t('stopped')}>
          {ofStarter[pausedBecause]
            ? t(ofStarter[pausedBecause])
            : pausedBecause in problems
              ? problems[pausedBecause as keyof typeof problems].title
              : pausedBecause}
        </Alert>
      )}
      <Progress value={(done / selected) * 100} animated={isRunning} size="lg" aria-label={t('progress')} />
      <Group justify="space-between">
        <Text size="sm" role="status">
          {t(isRunning ? 'doneOf' : 'pausedAt', { done: number.format(done), of: number.format(selected) })}
          {isRunning && perSecond !== null && perSecond > 0 && (
            <>
              {' · '}
              {t('perSecond', { count: perSecond })} · {t('timeLeft', { time: spell(remaining / perSecond) })}
            </>
          )}
        </Text>
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={isRunning ? <IconPlayerPause size={14} /> : <IconPlayerPlay size={14} />}
            loading={steer.isPending}
            onClick={() => steer.mutate(isRunning ? 'pause' : 'resume')}
          >
            {t(isRunning ? 'pause' : 'resume')}
          </Button>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconX size={14} />}
            loading={steer.isPending}
            onClick={() => steer.mutate('cancel')}
          >
            {t('cancelIt')}
          </Button>
        </Group>
      </Group>
    </Stack>
  )
}

/** Everything else on the page tells of its people: asked again once they are all done. */
function useAskAgainAtItsEnd(state: Operation['state']): void {
  const queryClient = useQueryClient()
  const before = useRef(state)
  useEffect(() => {
    if (before.current === 'running' && state !== 'running') void askAgain(queryClient)
    before.current = state
  }, [state, queryClient])
}

function spell(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  return seconds < 90 ? `${Math.max(Math.ceil(seconds), 1)} s` : `${minutes} min`
}
