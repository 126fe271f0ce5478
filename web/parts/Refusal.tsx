import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Refused } from '#web/api/refused.ts'

/** Says at its place why something was refused; nothing while nothing was. */
export function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation('parts')
  if (!error) return null
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />}>
      {error instanceof Refused ? error.title : t('unexpected')}
    </Alert>
  )
}
