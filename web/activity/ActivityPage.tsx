import { Tabs } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { HistoryList } from './HistoryList.tsx'
import { OperationList } from './OperationList.tsx'

const route = getRouteApi('/activity')

/** The history of the account, and the operations that made it. */
export function ActivityPage() {
  const { t } = useTranslation('activity')
  const { tab = 'operations' } = route.useSearch()
  const navigate = useNavigate()
  return (
    <>
      <PageTitle
        title={t('title')}
        subtitle={t('subtitle')}
        tabs={
          <Tabs
            value={tab}
            onChange={(next) =>
              void navigate({ to: '/activity', search: { tab: next === 'history' ? next : 'operations' } })
            }
          >
            <Tabs.List>
              <Tabs.Tab value="operations">{t('tabOperations')}</Tabs.Tab>
              <Tabs.Tab value="history">{t('tabHistory')}</Tabs.Tab>
            </Tabs.List>
          </Tabs>
        }
      />
      {tab === 'operations' ? <OperationList /> : <HistoryList />}
    </>
  )
}
