import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

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
          <div key={label}>
            <Group justify="space-between" mb={4}>
              <Text fw={500}>{label}</Text>
              <CopyButton value={text}>
                {({ copied, copy }) => (
                  <Button variant="default" size="xs" aria-label={`${t('copy')}: ${label}`} onClick={copy}>
                    {copied ? t('copied') : t('copy')}
                  </Button>
                )}
              </CopyButton>
            </Group>
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {text}
            </Code>
          </div>
        ))}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('haveCopied')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
