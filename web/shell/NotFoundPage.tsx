import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PageTitle } from '#web/parts/PageTitle.tsx'

export function NotFoundPage() {
  const { t } = useTranslation('shell')
  return (
    <div className="alone">
      <PageTitle title={t('notFoundTitle')} subtitle={t('notFoundText')} />
      <Button component={Link} to="/">
        {t('toStart')}
      </Button>
    </div>
  )
}
