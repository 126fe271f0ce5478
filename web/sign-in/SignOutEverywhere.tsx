import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { signOutEverywhere } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { forget } from '#web/api/me.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'

export function SignOutEverywhere() {
  const { t } = useTranslation('sign-in')
  const [isAsking, asking] = useDisclosure()
  const router = useRouter()
  const queryClient = useQueryClient()

  const leave = async (): Promise<void> => {
    await call(signOutEverywhere, {})
    await router.navigate({ to: '/sign-in', ignoreBlocker: true })
    forget(queryClient)
  }

  return (
    <>
      <Button variant="default" onClick={asking.open}>
        {t('signOutEverywhere')}
      </Button>
      <ConfirmDialog
        opened={isAsking}
        onClose={asking.close}
        title={t('signOutEverywhereTitle')}
        confirm={t('signOutEverywhere')}
        onConfirm={leave}
      >
        {t('signOutEverywhereText')}
      </ConfirmDialog>
    </>
  )
}
