import { Alert, Button, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Refused } from '#web/api/refused.ts'

/** Something could not be loaded or done: what happened and the way out, at its place. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation('parts')
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />} title={t('failed')}>
      <Stack gap="sm" align="flex-start">
        <Text>{error instanceof Refused ? error.title : t('unexpected')}</Text>
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}
