import { Button, Divider, Stack } from '@mantine/core'
import { IconLogin2 } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import type { getWelcome } from '#contract/sign-in.ts'
import { samePlace } from './same-place.ts'

const route = getRouteApi('/sign-in')

/** The ways in by an identity provider: each leads away from here, and back to where somebody wanted to go. */
export function ProviderButtons({
  providers,
  isAlone,
}: Pick<Answer<typeof getWelcome>, 'providers'> & { isAlone: boolean }) {
  const { t } = useTranslation('sign-in')
  const { next } = route.useSearch()
  if (providers.length === 0) return null
  return (
    <Stack gap="sm">
      {!isAlone && <Divider label={t('or')} labelPosition="center" />}
      {providers.map(({ id, kind, name }, place) => (
        <Button
          key={id}
          component="a"
          href={`/sso/${kind}/${id}/start?next=${encodeURIComponent(samePlace(next))}`}
          variant={isAlone && place === 0 ? 'filled' : 'default'}
          fullWidth
          leftSection={<IconLogin2 size={16} />}
        >
          {t('signInWith', { name })}
        </Button>
      ))}
    </Stack>
  )
}
