import { Button, Divider, Stack } from '@mantine/core'
import { IconLogin2 } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import type { getWelcome, Me } from '#contract/sign-in.ts'
import { PasskeyButton } from './PasskeyButton.tsx'
import { canHavePasskeys } from './passkeys.ts'
import { samePlace } from './same-place.ts'

const route = getRouteApi('/sign-in')

interface OtherWaysProps extends Pick<Answer<typeof getWelcome>, 'providers'> {
  /** There is a form for a password, and so for passkeys. */
  hasForm: boolean
  onIn: (mine: Me) => void
}

/** The ways in besides the password. An identity provider's leads away from here, and back to where somebody wanted to go. */
export function OtherWays({ providers, hasForm, onIn }: OtherWaysProps) {
  const { t } = useTranslation('sign-in')
  const { next } = route.useSearch()
  const hasPasskeys = hasForm && canHavePasskeys()
  if (providers.length === 0 && !hasPasskeys) return null
  return (
    <Stack gap="sm">
      {hasForm && <Divider label={t('or')} labelPosition="center" />}
      {hasPasskeys && <PasskeyButton onIn={onIn} />}
      {providers.map(({ id, kind, name }, place) => (
        <Button
          key={id}
          component="a"
          href={`/sso/${kind}/${id}/start?next=${encodeURIComponent(samePlace(next))}`}
          variant={!hasForm && place === 0 ? 'filled' : 'default'}
          fullWidth
          leftSection={<IconLogin2 size={16} />}
        >
          {t('signInWith', { name })}
        </Button>
      ))}
    </Stack>
  )
}
