import 'react-pdf/dist/Page/TextLayer.css'
import { ActionIcon, Alert, Group, Skeleton, Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { IconAlertTriangle, IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Document, Page, pdfjs } from 'react-pdf'
import classes from './FilePreview.module.css'

pdfjs.GlobalWorkerOptions.workerSrc = new URL('pdfjs-dist/build/pdf.worker.min.mjs', import.meta.url).toString()

const widest = 720

/** A PDF, page by page. */
export function PdfPreview({ address, name }: { address: string; name: string }) {
  const { t } = useTranslation('courses')
  const { ref, width } = useElementSize()
  const [pages, setPages] = useState(0)
  const [page, setPage] = useState(1)
  const unreadable = (
    <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />}>
      {t('pdfUnreadable')}
    </Alert>
  )
  return (
    <div>
      <div ref={ref} className={classes.pdf} role="group" aria-label={name}>
        <Document
          file={address}
          onLoadSuccess={({ numPages }) => setPages(numPages)}
          loading={<Skeleton height={320} />}
          error={unreadable}
        >
          <Page
            pageNumber={page}
            width={Math.min(widest, width || widest)}
            renderAnnotationLayer={false}
            loading={<Skeleton height={320} />}
          />
        </Document>
      </div>
      {pages > 1 && (
        <Group gap="xs" mt="xs">
          <ActionIcon
            variant="default"
            aria-label={t('previousPdfPage')}
            disabled={page === 1}
            onClick={() => setPage(page - 1)}
          >
            <IconChevronLeft size={16} />
          </ActionIcon>
          <Text size="sm" c="dimmed">
            {t('pdfPage', { page, pages })}
          </Text>
          <ActionIcon
            variant="default"
            aria-label={t('nextPdfPage')}
            disabled={page === pages}
            onClick={() => setPage(page + 1)}
          >
            <IconChevronRight size={16} />
          </ActionIcon>
        </Group>
      )}
    </div>
  )
}
