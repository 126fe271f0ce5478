import { Button, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { DoneButton } from './DoneButton.tsx'
import type { ModuleProps } from './Player.tsx'

/** A page elsewhere. */
export function LinkModule({ url, saving, isDone }: ModuleProps & { url: string }) {
  const { t } = useTranslation('portal')
  return (
    <>
      <Text mb="sm">{t('linkText', { host: new URL(url).host })}</Text>
      <Button
        component="a"
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        variant="default"
        rightSection={<IconExternalLink size={16} />}
      >
        {t('openLink')}
      </Button>
      <div>
        <DoneButton saving={saving} isDone={isDone} />
      </div>
    </>
  )
}
