import { Anchor, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { Refused } from '#web/api/refused.ts'
import { SetupForm } from './SetupForm.tsx'
import { setupLink, timeZones } from './sign-in.queries.ts'
import { SignInCard } from './SignInCard.tsx'

const route = getRouteApi('/setup')

/** The first visit to an installation, by the link that the server printed. */
export function SetupPage() {
  const { t } = useTranslation('sign-in')
  const { token = '' } = route.useSearch()
  const link = useQuery(setupLink(token || '-'))
  const zones = useQuery(timeZones())
  const error = link.error ?? zones.error
  const isClosed = error instanceof Refused && error.code === 'setup_closed'

  return (
    <SignInCard isWide>
      {isClosed && (
        <>
          <PageTitle title={t('setUpClosedTitle')} subtitle={error.title} />
          <Anchor component={Link} to="/sign-in">
            {t('goToSignIn')}
          </Anchor>
        </>
      )}
      {!isClosed && (
        <>
          <PageTitle title={t('setUpTitle')} subtitle={t('setUpText')} />
          {error && <Failure error={error} onRetry={() => void (link.refetch(), zones.refetch())} />}
          {!error && (link.isPending || zones.isPending) && <SetupShape />}
          {link.data && zones.data && <SetupForm token={token} zones={zones.data.items} />}
        </>
      )}
    </SignInCard>
  )
}

function SetupShape() {
  return (
    <Stack gap="md" aria-busy>
      {Array.from({ length: 7 }, (_, row) => (
        <Skeleton key={row} height={58} />
      ))}
    </Stack>
  )
}
