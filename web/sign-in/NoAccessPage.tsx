import { Anchor, Text } from '@mantine/core'
import { Link, getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { problems, type ProblemCode } from '#contract/problems.ts'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { SignInCard } from './SignInCard.tsx'

const route = getRouteApi('/no-access')

/** Where a sign-in at an identity provider ends that did not lead in: what happened, and the way out. */
export function NoAccessPage() {
  const { t } = useTranslation('sign-in')
  const { why } = route.useSearch()
  const code = why !== undefined && Object.hasOwn(problems, why) ? (why as ProblemCode) : 'internal'
  const title =
    code === 'waits_for_seat'
      ? t('waitsTitle')
      : code === 'account_inactive'
        ? t('noAccessTitle')
        : t('notSignedInTitle')
  return (
    <SignInCard>
      <div role="alert">
        <PageTitle title={title} />
        <Text>{problems[code].title}</Text>
      </div>
      <Text>
        {code === 'identity_taken' ? (
          <Anchor component={Link} to="/me">
            {t('backToMyAccount')}
          </Anchor>
        ) : (
          <Anchor component={Link} to="/sign-in">
            {t('goToSignIn')}
          </Anchor>
        )}
      </Text>
    </SignInCard>
  )
}
