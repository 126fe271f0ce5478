import { Button, Card, Group, Progress, Stack, Text } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { showBytes } from './bytes.ts'
import type { UploadStanding } from './upload.ts'

interface UploadProgressProps {
  standing: UploadStanding
  name: string
  onPause: () => void
  onResume: () => void
  onCancel: () => void
}

/** How far an upload is, in numbers, and what can be done with it. */
export function UploadProgress({ standing, name, onPause, onResume, onCancel }: UploadProgressProps) {
  const { t } = useTranslation('courses')
  const { state, sent, bytes } = standing
  const percent = bytes === 0 ? 100 : Math.floor((sent / bytes) * 100)
  return (
    <Card padding="sm">
      <Stack gap="xs">
        <Group justify="space-between" gap="sm">
          <Text fw={500} truncate miw={0} flex="1 1 160px">
            {name}
          </Text>
          <Group gap={4}>
            {state === 'sending' && (
              <Button variant="subtle" size="xs" leftSection={<IconPlayerPause size={14} />} onClick={onPause}>
                {t('pause')}
              </Button>
            )}
            {(state === 'paused' || state === 'waiting') && (
              <Button variant="subtle" size="xs" leftSection={<IconPlayerPlay size={14} />} onClick={onResume}>
                {t(state === 'paused' ? 'resume' : 'tryNow')}
              </Button>
            )}
            {state !== 'checking' && (
              <Button variant="subtle" color="gray" size="xs" leftSection={<IconX size={14} />} onClick={onCancel}>
                {t('cancelUpload')}
              </Button>
            )}
          </Group>
        </Group>
        <Progress value={percent} aria-label={t('uploading', { name })} animated={state === 'checking'} />
        <Text size="sm" c={state === 'waiting' ? 'var(--mantine-color-error)' : 'dimmed'} role="status">
          {t(`uploadState.${state}`, { sent: showBytes(sent), bytes: showBytes(bytes), percent })}
        </Text>
      </Stack>
    </Card>
  )
}
