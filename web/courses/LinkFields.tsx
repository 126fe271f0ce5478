import { Anchor, TextInput } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

interface LinkFieldsProps {
  url: string
  onChange: (url: string) => void
  error: string | undefined
}

/** The address of something elsewhere. */
export function LinkFields({ url, onChange, error }: LinkFieldsProps) {
  const { t } = useTranslation('courses')
  const canOpen = /^https?:\/\/[^\s]+$/i.test(url.trim())
  return (
    <>
      <TextInput
        type="url"
        label={t('linkUrl')}
        description={t('linkHint')}
        placeholder="https://"
        maxLength={2000}
        value={url}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
      />
      {canOpen && (
        <Anchor href={url.trim()} target="_blank" rel="noreferrer" size="sm">
          {t('openLink')} <IconExternalLink size={14} aria-hidden />
        </Anchor>
      )}
    </>
  )
}
