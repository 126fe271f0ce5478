import { Badge, Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** The mark of a group whose people another system tells. */
export function Provisioned() {
  const { t } = useTranslation('groups')
  return (
    <Tooltip label={t('isProvisionedText')} multiline maw={280}>
      <Badge variant="default" ml="xs" tt="none">
        {t('isProvisioned')}
      </Badge>
    </Tooltip>
  )
}
