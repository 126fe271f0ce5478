import '@mantine/dropzone/styles.layer.css'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconAlertTriangle, IconCloudUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileKind, StoredFile } from '#contract/courses.ts'
import { Refused } from '#web/api/refused.ts'
import { showBytes } from './bytes.ts'
import { uploadLimits } from './courses.queries.ts'
import { FilePreview } from './FilePreview.tsx'
import { offered } from './kinds.ts'
import { UploadProgress } from './UploadProgress.tsx'
import { fileOf } from './upload.ts'
import { useUpload } from './use-upload.ts'
import { Wrong } from './Wrong.tsx'

interface UploadFieldProps {
  kind: FileKind
  file: StoredFile | null
  onFile: (file: StoredFile) => void
  /** One that was chosen elsewhere, and is sent at once. */
  source?: File | null
  /** Something is being sent, which leaving would end. */
  onBusy?: (isBusy: boolean) => void
  /** What else is wrong here, when it is not the upload. */
  error?: string | undefined
}

/** A file of a module: chosen or dropped, sent with progress, looked into by the server, shown. */
export function UploadField({ kind, file, onFile, source, onBusy, error }: UploadFieldProps) {
  const { t } = useTranslation('courses')
  const [isReplacing, setIsReplacing] = useState(false)
  const sending = useUpload(fileOf(kind), (stored) => {
    setIsReplacing(false)
    onFile(stored)
  })
  const isBusy = sending.standing !== null
  useEffect(() => {
    onBusy?.(isBusy)
    return () => onBusy?.(false)
  }, [isBusy, onBusy])
  const begin = useEffectEvent(sending.begin)
  useEffect(() => {
    if (source) begin(source)
  }, [source])
  const hasDropzone = !isBusy && (file === null || isReplacing)
  return (
    <Stack gap="sm">
      {file && !isReplacing && !isBusy && (
        <>
          <FilePreview file={file} />
          <Group gap="sm">
            <Text c="dimmed">{t('fileIs', { name: file.name, bytes: showBytes(file.bytes) })}</Text>
            <Button variant="default" size="xs" onClick={() => setIsReplacing(true)}>
              {t('replaceFile')}
            </Button>
          </Group>
        </>
      )}
      {sending.standing && (
        <UploadProgress
          standing={sending.standing}
          name={sending.name}
          onPause={sending.pause}
          onResume={sending.resume}
          onCancel={sending.cancel}
        />
      )}
      {hasDropzone && <Drop kind={kind} onFile={sending.begin} onRefuse={sending.refuse} />}
      {hasDropzone && file && (
        <Group>
          <Button variant="subtle" size="xs" onClick={() => setIsReplacing(false)}>
            {t('keepFile', { name: file.name })}
          </Button>
        </Group>
      )}
      <UploadRefusal error={sending.error} />
      {error !== undefined && sending.error === null && !isBusy && <Wrong>{error}</Wrong>}
    </Stack>
  )
}

interface DropProps {
  kind: FileKind
  onFile: (source: File) => void
  onRefuse: (error: unknown) => void
}

function Drop({ kind, onFile, onRefuse }: DropProps) {
  const { t } = useTranslation('courses')
  const limits = useQuery(uploadLimits()).data
  const most = limits?.mostBytes[kind]
  return (
    <>
      {limits && !limits.hasRoom && (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
          {t('noRoom')}
        </Alert>
      )}
      <Dropzone
        multiple={false}
        activateOnKeyboard={false}
        tabIndex={-1}
        inputProps={{ accept: offered[kind], 'aria-hidden': true }}
        {...(most !== undefined && { maxSize: most })}
        onDrop={([source]) => source && onFile(source)}
        onReject={() => onRefuse(new Refused('file_too_large'))}
      >
        <Stack align="center" gap={4} py="lg">
          <IconCloudUpload size={32} stroke={1.5} aria-hidden />
          {/* For the keyboard; its click is the area's. */}
          <Button variant="subtle" size="sm">
            {t(`choose.${kind}`)}
          </Button>
          <Text size="sm" c="dimmed" ta="center">
            {t(`wanted.${kind}`)} {most !== undefined && t('upTo', { bytes: showBytes(most) })}
          </Text>
        </Stack>
      </Dropzone>
    </>
  )
}

/** Why a file was not taken, and the way out. */
export function UploadRefusal({ error }: { error: unknown }) {
  const { t } = useTranslation(['courses', 'parts'])
  if (error === null || error === undefined) return null
  const isRefused = error instanceof Refused
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertTriangle size={18} />}
      title={isRefused ? error.title : t('parts:unexpected')}
    >
      {isRefused && error.where.map(({ at, message }) => <div key={at + message}>{message}</div>)}
    </Alert>
  )
}
