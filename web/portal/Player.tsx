import { Alert, Button, Skeleton, Text } from '@mantine/core'
import { IconAlertTriangle, IconCloudOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { keepOpen, type MyModule, type openModule, type Standing } from '#contract/portal.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { LinkModule } from './LinkModule.tsx'
import { MediaModule } from './MediaModule.tsx'
import { opened } from './portal.queries.ts'
import { type KeptAnswers, QuizModule } from './QuizModule.tsx'
import { Saving, type SavingState } from './saving.ts'

// The editor's text, the reader of PDF and packages are larger than the rest of the player.
const PageModule = lazy(async () => ({ default: (await import('./PageModule.tsx')).PageModule }))
const DocumentModule = lazy(async () => ({ default: (await import('./DocumentModule.tsx')).DocumentModule }))
const ScormModule = lazy(async () => ({ default: (await import('./ScormModule.tsx')).ScormModule }))

interface PlayerProps {
  module: MyModule
  isPreview: boolean
  kept: KeptAnswers
  onKept: () => void
  onStanding: (standing: Standing) => void
}

/** Opens a module, and plays it until it is left or opened elsewhere. */
export function Player({ module, isPreview, kept, onKept, onStanding }: PlayerProps) {
  const { t } = useTranslation('portal')
  const [time, setTime] = useState(1)
  const asked = useQuery(opened(module.id, isPreview, time))
  const [state, setState] = useState<SavingState>('saved')
  if (asked.isPending) return <Skeleton height={320} />
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (state === 'opened_elsewhere' || state === 'quiz_changed')
    return (
      <Alert color="yellow" role="alert" icon={<IconAlertTriangle size={18} />} title={t(state)}>
        {state === 'quiz_changed' && <Text size="sm">{t('quizChangedText')}</Text>}
        <Button
          mt="xs"
          variant="default"
          onClick={() => {
            setState('saved')
            setTime(time + 1)
          }}
        >
          {t('openHere')}
        </Button>
      </Alert>
    )
  return (
    <>
      <Open
        key={asked.data.launchId}
        module={module}
        launch={asked.data}
        kept={kept}
        onKept={onKept}
        onState={setState}
        onStanding={onStanding}
      />
      {state === 'not_saved' && (
        <Text size="sm" mt="xs" c="red" role="status">
          <IconCloudOff size={14} aria-hidden /> {t('notSaved')}
        </Text>
      )}
    </>
  )
}

interface OpenProps {
  module: MyModule
  launch: Answer<typeof openModule>
  kept: KeptAnswers
  onKept: () => void
  onState: (state: SavingState) => void
  onStanding: (standing: Standing) => void
}

/** Three times within the minute that an address of a player lives without a sign of life. */
const ALIVE_MS = 20_000

function Open({ module, launch, kept, onKept, onState, onStanding }: OpenProps) {
  const { launchId, playing } = launch
  const saving = useMemo(
    () => new Saving({ moduleId: module.id, launchId, onState, onStanding }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- one for each opening; what it tells is told to whoever listens then
    [launchId],
  )
  useEffect(() => {
    const stay = () => {
      call(keepOpen, { launchId }).catch((error: unknown) => {
        if (error instanceof Refused && error.code === 'opened_elsewhere') onState('opened_elsewhere')
      })
    }
    const timer = setInterval(stay, ALIVE_MS)
    const seen = () => document.visibilityState === 'visible' && stay()
    document.addEventListener('visibilitychange', seen)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', seen)
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- as above
  }, [launchId])
  useEffect(() => {
    const leave = () => saving.leave()
    window.addEventListener('pagehide', leave)
    return () => window.removeEventListener('pagehide', leave)
  }, [saving])

  const shared = { saving, resume: launch.resume, isDone: module.state === 'completed' }
  return (
    <Suspense fallback={<Skeleton height={320} />}>
      {playing.kind === 'page' && <PageModule {...shared} document={playing.document} />}
      {(playing.kind === 'video' || playing.kind === 'audio') && (
        <MediaModule {...shared} kind={playing.kind} file={playing.file} title={module.title} />
      )}
      {playing.kind === 'document' && <DocumentModule {...shared} file={playing.file} />}
      {playing.kind === 'link' && <LinkModule {...shared} url={playing.url} />}
      {playing.kind === 'quiz' && (
        <QuizModule
          moduleId={module.id}
          launchId={launchId}
          quiz={playing}
          kept={kept}
          onKept={onKept}
          onState={onState}
          onStanding={onStanding}
        />
      )}
      {playing.kind === 'scorm' && (
        <ScormModule
          moduleId={module.id}
          launchId={launchId}
          title={module.title}
          scorm={playing}
          onState={onState}
          onStanding={onStanding}
        />
      )}
    </Suspense>
  )
}

/** What every module that is done by saying so is given. */
export interface ModuleProps {
  saving: Saving
  resume: Record<string, unknown> | null
  isDone: boolean
}
