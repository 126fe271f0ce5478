import { Paper } from '@mantine/core'
import { IconBook2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useMe } from '#web/api/me.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { EndOfAccess } from './EndOfAccess.tsx'

/** The learner's start. */
export function HomePage() {
  const { t } = useTranslation('portal')
  const { firstName, account } = useMe()
  return (
    <>
      <PageTitle title={t('hello', { name: firstName })} subtitle={account.name} />
      <EndOfAccess />
      <Paper>
        <EmptyState icon={IconBook2} title={t('noCoursesTitle')} text={t('noCoursesText')} />
      </Paper>
    </>
  )
}
