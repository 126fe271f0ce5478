import { Anchor, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { problems } from '#contract/problems.ts'
import type { getWelcome, Me, NextStep } from '#contract/sign-in.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { OtherWays } from './OtherWays.tsx'
import { samePlace } from './same-place.ts'
import { welcome } from './sign-in.queries.ts'
import { SignInCard } from './SignInCard.tsx'
import { SignInForm } from './SignInForm.tsx'
import { useEntered } from './use-entered.ts'

const route = getRouteApi('/sign-in')

// Few have one; nobody waits for its picture who has none.
const SecondStep = lazy(async () => ({ default: (await import('./SecondStep.tsx')).SecondStep }))

/** J1. What stands at this address decides: an account to sign in to, or what to do instead. */
export function SignInPage() {
  const { t } = useTranslation('sign-in')
  const { data, error, refetch } = useQuery(welcome())

  return (
    <SignInCard>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !data && <SignInShape />}
      {data?.state === 'account' && (
        <>
          <PageTitle title={data.accountName ? t('signInTo', { account: data.accountName }) : t('signIn')} />
          <WaysIn {...data} />
        </>
      )}
      {data?.state === 'not_set_up' && <PageTitle title={t('notSetUpTitle')} subtitle={t('notSetUpText')} />}
      {data?.state === 'no_account_here' && (
        <PageTitle title={t('noAccountTitle')} subtitle={problems.no_account_here.title} />
      )}
    </SignInCard>
  )
}

/** By password or passkey, by a provider, or both. Where the first are off, the owner's are still a way in. */
function WaysIn({ providers, onlySingleSignOn }: Pick<Answer<typeof getWelcome>, 'providers' | 'onlySingleSignOn'>) {
  const { t } = useTranslation('sign-in')
  const [isOwner, setIsOwner] = useState(false)
  const [next, setNext] = useState<NextStep | null>(null)
  const goOn = useGoOn()
  const hasForm = !onlySingleSignOn || isOwner
  if (next)
    return (
      <Suspense>
        <SecondStep next={next} onIn={goOn} onOver={() => setNext(null)} />
      </Suspense>
    )
  return (
    <>
      {hasForm && <SignInForm onIn={goOn} onNext={setNext} />}
      <OtherWays providers={providers} hasForm={hasForm} onIn={goOn} />
      {!hasForm && (
        <Anchor component="button" type="button" ta="left" onClick={() => setIsOwner(true)}>
          {t('onlyOwner')}
        </Anchor>
      )}
    </>
  )
}

/** To where somebody wanted to go. */
function useGoOn(): (mine: Me) => void {
  const router = useRouter()
  const entered = useEntered()
  const { next } = route.useSearch()
  return (mine) => {
    entered(mine)
    router.history.push(samePlace(next))
  }
}

function SignInShape() {
  return (
    <Stack gap="md" aria-busy>
      <Skeleton height={30} width="70%" mb="md" />
      <Skeleton height={58} />
      <Skeleton height={58} />
      <Skeleton height={36} />
      <Skeleton height={42} />
    </Stack>
  )
}
