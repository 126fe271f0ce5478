import { Alert, Button, Group, Modal, Stack } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Copyable } from './Copyable.tsx'

interface ShownOnceProps {
  title: string
  /** That it has to be copied now. */
  warning: string
  /** What is shown, by its label. */
  texts: Readonly<Record<string, string>>
  onClose: () => void
}

/** A secret that is shown here and never again. A slip of the hand does not close it. */
export function ShownOnce({ title, warning, texts, onClose }: ShownOnceProps) {
  const { t } = useTranslation('parts')
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap="md">
        <Alert color="yellow" icon={<IconKey size={18} />}>
          {warning}
        </Alert>
        {Object.entries(texts).map(([label, text]) => (
          <Copyable key={label} label={label} text={text} />
        ))}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('haveCopied')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
