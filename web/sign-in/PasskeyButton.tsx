import { Button, Stack } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Me } from '#contract/sign-in.ts'
import { Refusal } from '#web/parts/Refusal.tsx'
import { showPasskey } from './passkeys.ts'

interface PasskeyButtonProps {
  onIn: (mine: Me) => void
  /** Nothing else is asked for. */
  isAlone?: boolean
}

/** The way in without typing anything. */
export function PasskeyButton({ onIn, isAlone = false }: PasskeyButtonProps) {
  const { t } = useTranslation('sign-in')
  const enter = useMutation({ mutationFn: () => showPasskey(t), onSuccess: onIn })
  return (
    <Stack gap="sm">
      <Refusal error={enter.error} />
      <Button
        variant={isAlone ? 'filled' : 'default'}
        fullWidth
        autoFocus={isAlone}
        loading={enter.isPending}
        leftSection={<IconFingerprint size={16} />}
        onClick={() => enter.mutate()}
      >
        {t('signInWithPasskey')}
      </Button>
    </Stack>
  )
}
