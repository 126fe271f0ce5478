import { Button } from '@mantine/core'
import { IconMapOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'

export function NotFoundPage() {
  const { t } = useTranslation('shell')
  return (
    <div className="alone">
      <PageTitle title={t('notFoundTitle')} />
      <EmptyState
        icon={IconMapOff}
        title={t('notFoundText')}
        action={
          <Button component={Link} to="/">
            {t('toStart')}
          </Button>
        }
      />
    </div>
  )
}
