import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StoredFile } from '#contract/courses.ts'
import { addressOf } from '#web/courses/kinds.ts'
import { DoneButton } from './DoneButton.tsx'
import classes from './LearnPage.module.css'
import type { ModuleProps } from './Player.tsx'

const SAVE_EVERY_SECONDS = 10
/** Whoever has seen so much of it has seen it: the rest are names. */
const DONE_AT = 0.9

/** A video or a sound, from where it was left. */
export function MediaModule({
  kind,
  file,
  title,
  saving,
  resume,
  isDone,
}: ModuleProps & { kind: 'video' | 'audio'; file: StoredFile; title: string }) {
  const { t } = useTranslation('portal')
  const media = useRef<HTMLVideoElement & HTMLAudioElement>(null)
  const savedAt = useRef(0)
  const [isBroken, setIsBroken] = useState(false)

  const tell = useCallback(() => {
    const now = media.current
    if (!now || now.currentTime === savedAt.current) return
    savedAt.current = now.currentTime
    const isSeen = Number.isFinite(now.duration) && now.currentTime >= now.duration * DONE_AT
    saving.say({ resume: { position: Math.round(now.currentTime) }, isDone: isSeen })
  }, [saving])
  useEffect(() => tell, [tell])

  const shared = {
    ref: media,
    src: addressOf(file.id),
    controls: true,
    preload: 'metadata',
    'aria-label': title,
    onLoadedMetadata: () => {
      const position = Number(resume?.['position'] ?? 0)
      if (media.current && position > 0 && position < media.current.duration * DONE_AT)
        media.current.currentTime = position
    },
    onTimeUpdate: () => {
      if (media.current && Math.abs(media.current.currentTime - savedAt.current) >= SAVE_EVERY_SECONDS) tell()
    },
    onPause: tell,
    onEnded: tell,
    onError: () => setIsBroken(true),
  } as const
  return (
    <>
      {isBroken && (
        <Alert mb="sm" color="red" role="alert" icon={<IconAlertTriangle size={18} />}>
          {t('cannotPlay')}
        </Alert>
      )}
      {/* oxlint-disable jsx-a11y/media-has-caption -- captions are part of the author's file; there is no other source */}
      {kind === 'video' ? (
        <video className={classes.video} {...shared} />
      ) : (
        <audio className={classes.audio} {...shared} />
      )}
      {/* oxlint-enable jsx-a11y/media-has-caption */}
      <DoneButton saving={saving} isDone={isDone} />
    </>
  )
}
