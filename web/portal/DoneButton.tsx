import { Button, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Saving } from './saving.ts'

/** Says that a module is done, for those that do not notice it by themselves. */
export function DoneButton({ saving, isDone }: { saving: Saving; isDone: boolean }) {
  const { t } = useTranslation('portal')
  if (isDone)
    return (
      <Text mt="md" c="dimmed" role="status">
        <IconCheck size={16} aria-hidden style={{ verticalAlign: 'text-bottom' }} /> {t('moduleDone')}
      </Text>
    )
  return (
    <Button mt="md" leftSection={<IconCheck size={16} />} onClick={() => saving.say({ isDone: true })}>
      {t('markDone')}
    </Button>
  )
}
