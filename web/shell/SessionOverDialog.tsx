import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getMe } from '#contract/sign-in.ts'
import { accessIsBack } from '#web/api/access.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { me } from '#web/api/me.ts'

/** The session ended under something typed: it stays, hidden, until the same person has signed in again in another tab. */
export function SessionOverDialog({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation('shell')
  const queryClient = useQueryClient()
  // Kept from the beginning: the page learns anew who is in as soon as anybody is.
  const [before] = useState(() => queryClient.getQueryData(me().queryKey))
  useEffect(() => {
    const look = async (): Promise<void> => {
      const now = await call(getMe, {}).catch(() => null)
      if (!now) return
      // Nothing of one person may be seen by another.
      if (now.id !== before?.id || now.account.id !== before.account.id) return onLeave()
      accessIsBack()
      void askAgain(queryClient)
    }
    const seen = (): void => void look()
    window.addEventListener('focus', seen)
    document.addEventListener('visibilitychange', seen)
    return () => {
      window.removeEventListener('focus', seen)
      document.removeEventListener('visibilitychange', seen)
    }
  }, [queryClient, before, onLeave])
  return (
    <Modal
      opened
      onClose={() => {}}
      title={t('sessionOver')}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      overlayProps={{ blur: 16 }}
      zIndex={1000}
    >
      <Stack gap="md">
        <Text>{t('sessionOverText')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onLeave}>
            {t('leaveUnsaved')}
          </Button>
          <Button component="a" href="/sign-in" target="_blank" data-autofocus>
            {t('signInElsewhere')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
