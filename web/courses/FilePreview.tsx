import { List, Skeleton, Stack, Text } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { StoredFile } from '#contract/courses.ts'
import classes from './FilePreview.module.css'
import { addressOf } from './kinds.ts'

// The reader of PDF is larger than the rest of the page.
const PdfPreview = lazy(async () => ({ default: (await import('./PdfPreview.tsx')).PdfPreview }))

/** A stored file, as a learner will see or hear it. */
export function FilePreview({ file }: { file: StoredFile }) {
  const address = addressOf(file.id)
  // Its words stand where it is used.
  if (file.kind === 'image') return <img className={classes.picture} src={address} alt="" />
  if (file.kind === 'video')
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- captions are part of the author's file; there is no other source
    return <video className={classes.video} src={address} controls preload="metadata" aria-label={file.name} />
  if (file.kind === 'audio')
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- as above
    return <audio className={classes.audio} src={address} controls preload="metadata" aria-label={file.name} />
  if (file.kind === 'document')
    return (
      <Suspense fallback={<Skeleton height={320} />}>
        <PdfPreview address={address} name={file.name} />
      </Suspense>
    )
  return file.manifest && <Package manifest={file.manifest} />
}

function Package({ manifest }: { manifest: NonNullable<StoredFile['manifest']> }) {
  const { t } = useTranslation('courses')
  const { version, title, activities } = manifest
  return (
    <Stack gap={4}>
      <Text fw={500}>{title}</Text>
      <Text c="dimmed">{t('packageIs', { version, count: activities.length })}</Text>
      <List size="sm" withPadding={false} type="ordered">
        {activities.map((activity) => (
          <List.Item key={activity.id}>{activity.title}</List.Item>
        ))}
      </List>
    </Stack>
  )
}
