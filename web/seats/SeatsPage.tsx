import { Tabs } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { SeatMeter } from '#web/parts/SeatMeter.tsx'
import { ActivateWaiting } from './ActivateWaiting.tsx'
import { ChangeLimit } from './ChangeLimit.tsx'
import { SeatsOverview } from './SeatsOverview.tsx'
import { useWaiting } from './use-waiting.ts'
import { WaitingList } from './WaitingList.tsx'

const route = getRouteApi('/seats')

/** Limit, used, over or under; what is scheduled; who waits. */
export function SeatsPage() {
  const { t } = useTranslation('seats')
  const { tab = 'overview' } = route.useSearch()
  const navigate = useNavigate()
  const waiting = useWaiting()
  return (
    <>
      <PageTitle
        title={t('title')}
        subtitle={<SeatMeter />}
        action={tab === 'waiting' ? <ActivateWaiting /> : <ChangeLimit />}
        tabs={
          <Tabs
            value={tab}
            onChange={(next) =>
              void navigate({ to: '/seats', search: { tab: next === 'waiting' ? next : 'overview' } })
            }
          >
            <Tabs.List>
              <Tabs.Tab value="overview">{t('tabOverview')}</Tabs.Tab>
              <Tabs.Tab value="waiting">
                {waiting > 0 ? t('tabWaitingCount', { count: waiting }) : t('tabWaiting')}
              </Tabs.Tab>
            </Tabs.List>
          </Tabs>
        }
      />
      {tab === 'waiting' ? <WaitingList /> : <SeatsOverview />}
    </>
  )
}
