import { Button, Group, Skeleton, Text, UnstyledButton } from '@mantine/core'
import { IconCircle, IconCircleCheckFilled, IconCircleDashed, IconCircleX } from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { commitScorm, type Playing, type Standing } from '#contract/portal.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'
import type { Order, Report } from '#web/scorm/words.ts'
import classes from './LearnPage.module.css'
import type { SavingState } from './saving.ts'

type Scorm = Extract<Playing, { kind: 'scorm' }>

interface ScormModuleProps {
  moduleId: string
  launchId: string
  title: string
  scorm: Scorm
  onState: (state: SavingState) => void
  onStanding: (standing: Standing) => void
}

const RETRY_MS = 3_000
/** How long after its frame is gone an activity is listened to. */
const LEAVING_MS = 2_000
const iconOf = {
  not_started: IconCircle,
  started: IconCircleDashed,
  completed: IconCircleCheckFilled,
  failed: IconCircleX,
} as const

/** A SCORM package: its activities, and the one that is open, framed from the content origin. */
export function ScormModule({ moduleId, launchId, title, scorm, onState, onStanding }: ScormModuleProps) {
  const { t } = useTranslation('portal')
  const { activities, playerUrl } = scorm
  const [openId, setOpenId] = useState(
    () => (activities.find(({ state }) => state !== 'completed') ?? activities[0])!.id,
  )
  const [isReady, setIsReady] = useState(false)
  const frame = useRef<HTMLIFrameElement>(null)
  const latest = useRef(new Map(activities.map(({ id, cmi }) => [id, cmi])))
  const open = useRef(openId)
  const framed = useRef(new WeakSet<MessageEventSource>())
  const commit = useCommit({ moduleId, launchId, onState, onStanding })
  const origin = new URL(playerUrl).origin

  const order = useCallback((told: Order) => frame.current?.contentWindow?.postMessage(told, origin), [origin])
  useEffect(() => {
    const hear = ({ origin: from, source, data }: MessageEvent<Report>) => {
      if (from !== origin || !source) return
      if (data.rollcall === 'ready' && source === frame.current?.contentWindow) {
        framed.current.add(source)
        setIsReady(true)
        const { id, href, parameters } = activities.find((activity) => activity.id === open.current)!
        order({
          rollcall: 'start',
          version: scorm.version,
          learner: scorm.learner,
          activity: { id, href, parameters, cmi: latest.current.get(id) ?? null },
        })
      }
      // Also of an activity that is left: its last words come when its frame is gone.
      if (!framed.current.has(source)) return
      if (data.rollcall === 'commit') {
        latest.current.set(data.activityId, data.cmi)
        commit(data.activityId, data.cmi, data.isLeaving)
      }
    }
    window.addEventListener('message', hear)
    return () => void setTimeout(() => window.removeEventListener('message', hear), LEAVING_MS)
  }, [activities, commit, order, origin, scorm])

  return (
    <>
      {activities.length > 1 && (
        <ul className={classes.modules} aria-label={t('activities')}>
          {activities.map((activity) => {
            const Icon = iconOf[activity.state]
            return (
              <li key={activity.id}>
                <UnstyledButton
                  className={classes.module}
                  aria-current={activity.id === openId ? 'true' : undefined}
                  onClick={() => {
                    order({ rollcall: 'leave' })
                    setIsReady(false)
                    open.current = activity.id
                    setOpenId(activity.id)
                  }}
                >
                  <Icon size={18} className={classes.state} data-state={activity.state} aria-hidden />
                  {activity.title}
                </UnstyledButton>
              </li>
            )
          })}
        </ul>
      )}
      {!isReady && <Skeleton height={8} mb={4} />}
      <iframe
        key={openId}
        ref={frame}
        className={classes.frame}
        title={title}
        src={`${playerUrl}#${encodeURIComponent(location.origin)}`}
        // oxlint-disable-next-line react/iframe-missing-sandbox -- it is of another origin: one of its own gives it nothing of ours
        sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads"
        allow="fullscreen; autoplay"
      />
      <Group mt="xs" justify="space-between">
        <Text size="xs" c="dimmed">
          {t('scormHint')}
        </Text>
        <Button size="xs" variant="subtle" onClick={() => void frame.current?.requestFullscreen()}>
          {t('fullscreen')}
        </Button>
      </Group>
    </>
  )
}

interface Waiting {
  activityId: string
  cmi: Record<string, unknown>
  isLeaving: boolean
}

/** Stores what activities commit, in its order; what cannot be stored now is stored later, the newest of each activity. */
function useCommit({ moduleId, launchId, onState, onStanding }: Omit<ScormModuleProps, 'title' | 'scorm'>) {
  const told = useRef({
    number: 0,
    sinceMs: performance.now(),
    isOver: false,
    waiting: new Map<string, Waiting>(),
    isSending: false,
  })
  const send = useCallback(async (): Promise<void> => {
    const now = told.current
    const [next] = now.waiting.values()
    if (!next || now.isSending || now.isOver) return
    now.isSending = true
    now.waiting.delete(next.activityId)
    onState('saving')
    const seconds = Math.min(Math.round((performance.now() - now.sinceMs) / 1000), 86_400)
    try {
      const { activityId, cmi, isLeaving } = next
      const standing = await call(
        commitScorm,
        { moduleId, launchId, number: ++now.number, activityId, cmi, seconds },
        // A page that is left may send 64 kB; what is larger was committed before.
        { keepalive: isLeaving && JSON.stringify(cmi).length < 60_000 },
      )
      now.sinceMs += seconds * 1000
      onStanding(standing)
      onState('saved')
      if (now.waiting.size > 0) setTimeout(() => void send(), 0)
    } catch (error) {
      if (error instanceof Refused && error.code === 'opened_elsewhere') {
        now.isOver = true
        onState('opened_elsewhere')
      } else {
        if (!now.waiting.has(next.activityId)) now.waiting.set(next.activityId, next)
        onState('not_saved')
        setTimeout(() => void send(), RETRY_MS)
      }
    } finally {
      now.isSending = false
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- one player for each launch
  }, [moduleId, launchId])

  return useCallback(
    (activityId: string, cmi: Record<string, unknown>, isLeaving: boolean) => {
      told.current.waiting.set(activityId, { activityId, cmi, isLeaving })
      void send()
    },
    [send],
  )
}
