import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const keys = [
  ['/', 'search'],
  ['j', 'next'],
  ['k', 'previous'],
  ['x', 'tick'],
  ['Enter', 'open'],
  ['Esc', 'escape'],
  ['Ctrl K', 'palette'],
  ['?', 'help'],
] as const

export function KeysDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('people')
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('keysTitle')}
      size="sm"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap="xs">
        {keys.map(([key, does]) => (
          <Group key={key} justify="space-between">
            <Text>{t(`keys.${does}`)}</Text>
            <Kbd>{key}</Kbd>
          </Group>
        ))}
      </Stack>
    </Modal>
  )
}
