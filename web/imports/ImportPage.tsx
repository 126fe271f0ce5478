import '@mantine/dropzone/styles.layer.css'
import { Anchor, Button, Group, List, Stack, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconCloudUpload, IconDownload } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { IMPORT_MOST, startImport } from '#contract/imports.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'
import { showBytes } from '#web/courses/bytes.ts'
import { UploadRefusal } from '#web/courses/UploadField.tsx'
import { UploadProgress } from '#web/courses/UploadProgress.tsx'
import { useUpload } from '#web/courses/use-upload.ts'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import { ImportHead } from './ImportHead.tsx'
import { templateAddress } from './imports.queries.ts'

const help = ['email', 'blank', 'status', 'date', 'many', 'missing'] as const

/** The first step: a file of people is chosen or dropped, sent, and read in. */
export function ImportPage() {
  const { t } = useTranslation('imports')
  const navigate = useNavigate()
  const sent = useMemo(() => ({ kind: 'people', finish: (uploadId: string) => call(startImport, { uploadId }) }), [])
  const sending = useUpload(sent, ({ id }) => {
    void navigate({ to: '/people/import/$importId', params: { importId: id }, search: {}, ignoreBlocker: true })
  })
  const isBusy = sending.standing !== null
  useUnsavedGuard(isBusy)
  return (
    <>
      <ImportHead step="file" subtitle={t('fileText')} />
      <Stack gap="lg" maw={720}>
        {sending.standing ? (
          <UploadProgress
            standing={sending.standing}
            name={sending.name}
            onPause={sending.pause}
            onResume={sending.resume}
            onCancel={sending.cancel}
          />
        ) : (
          <Dropzone
            multiple={false}
            activateOnKeyboard={false}
            tabIndex={-1}
            maxSize={IMPORT_MOST.bytes}
            inputProps={{ accept: '.csv,.txt,.tsv,.xlsx', 'aria-hidden': true }}
            onDrop={([source]) => source && sending.begin(source)}
            onReject={() => sending.refuse(new Refused('file_too_large'))}
          >
            <Stack align="center" gap={4} py="lg">
              <IconCloudUpload size={32} stroke={1.5} aria-hidden />
              {/* For the keyboard; its click is the area's. */}
              <Button variant="subtle" size="sm">
                {t('choose')}
              </Button>
              <Text size="sm" c="dimmed" ta="center">
                {t('drop', { bytes: showBytes(IMPORT_MOST.bytes), rows: IMPORT_MOST.rows.toLocaleString('en') })}
              </Text>
            </Stack>
          </Dropzone>
        )}
        <UploadRefusal error={sending.error} />
        <Group gap="lg">
          {(['csv', 'xlsx'] as const).map((format) => (
            <Anchor key={format} href={templateAddress(format)} download size="sm">
              <IconDownload size={14} aria-hidden /> {t(format === 'csv' ? 'templateCsv' : 'templateXlsx')}
            </Anchor>
          ))}
        </Group>
        <div>
          <Text fw={600} mb="xs">
            {t('helpTitle')}
          </Text>
          <List spacing={4} size="sm">
            {help.map((one) => (
              <List.Item key={one}>{t(`help.${one}`)}</List.Item>
            ))}
          </List>
        </div>
      </Stack>
    </>
  )
}
