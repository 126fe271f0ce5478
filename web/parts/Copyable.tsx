import { Button, Code, CopyButton, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** Something to be pasted elsewhere. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation('parts')
  return (
    <div>
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
  )
}
