import { Anchor } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { StoredFile } from '#contract/courses.ts'
import { addressOf } from '#web/courses/kinds.ts'
import { PdfPreview } from '#web/courses/PdfPreview.tsx'
import { DoneButton } from './DoneButton.tsx'
import type { ModuleProps } from './Player.tsx'

/** A PDF, page by page. */
export function DocumentModule({ file, saving, isDone }: ModuleProps & { file: StoredFile }) {
  const { t } = useTranslation('portal')
  return (
    <>
      <PdfPreview address={addressOf(file.id)} name={file.name} />
      <Anchor href={addressOf(file.id)} download={file.name} size="sm" display="inline-block" mt="xs">
        <IconDownload size={14} aria-hidden /> {t('download', { name: file.name })}
      </Anchor>
      <div>
        <DoneButton saving={saving} isDone={isDone} />
      </div>
    </>
  )
}
