import { Stack, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StoredFile } from '#contract/courses.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { addressOf } from './kinds.ts'
import { UploadField } from './UploadField.tsx'

interface PictureDialogProps {
  /** One that was pasted or dropped already. */
  source: File | null
  onClose: () => void
  onPicture: (picture: { src: string; alt: string }) => void
}

/** Uploads a picture for a page, and asks what those hear who do not see it. */
export function PictureDialog({ source, onClose, onPicture }: PictureDialogProps) {
  const { t } = useTranslation('courses')
  const [file, setFile] = useState<StoredFile | null>(null)
  const [alt, setAlt] = useState('')
  const words = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (file) words.current?.focus()
  }, [file])
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('addPicture')}
      confirm={t('insertPicture')}
      canConfirm={file !== null}
      onConfirm={() => file && onPicture({ src: addressOf(file.id), alt: alt.trim() })}
    >
      <Stack gap="md">
        <UploadField kind="image" file={file} source={source} onFile={setFile} />
        <TextInput
          ref={words}
          label={t('pictureAlt')}
          description={t('pictureAltHint')}
          maxLength={300}
          value={alt}
          onChange={(event) => setAlt(event.currentTarget.value)}
        />
      </Stack>
    </ConfirmDialog>
  )
}
