import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Cover } from './Cover.tsx'
import { UploadField } from './UploadField.tsx'

interface CoverFieldProps {
  fileId: string | null
  onChange: (fileId: string | null) => void
  onBusy: (isBusy: boolean) => void
}

/** The picture that stands for a course. */
export function CoverField({ fileId, onChange, onBusy }: CoverFieldProps) {
  const { t } = useTranslation('courses')
  const [isChoosing, setIsChoosing] = useState(false)
  return (
    <Stack gap="xs" role="group" aria-label={t('cover')}>
      <div>
        <Text fw={500} size="sm">
          {t('cover')}
        </Text>
        <Text size="xs" c="dimmed">
          {t('coverHint')}
        </Text>
      </div>
      <Cover fileId={fileId} size="large" />
      {isChoosing ? (
        <UploadField
          kind="image"
          file={null}
          onFile={({ id }) => {
            setIsChoosing(false)
            onChange(id)
          }}
          onBusy={onBusy}
        />
      ) : (
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={() => setIsChoosing(true)}>
            {t(fileId ? 'replaceCover' : 'chooseCover')}
          </Button>
          {fileId && (
            <Button variant="subtle" color="gray" size="xs" onClick={() => onChange(null)}>
              {t('removeCover')}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  )
}
