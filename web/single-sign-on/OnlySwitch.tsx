import { Switch } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { editSingleSignOn } from '#contract/single-sign-on.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'

/** Whether passwords let people in. Asks before it locks them. */
export function OnlySwitch({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation('single-sign-on')
  const queryClient = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const turn = async (onlySingleSignOn: boolean): Promise<void> => {
    await call(editSingleSignOn, { onlySingleSignOn })
    void askAgain(queryClient)
    toastDone({ title: t(onlySingleSignOn ? 'onlyOn' : 'onlyOff') })
  }
  return (
    <>
      <Switch
        label={t('only')}
        description={t('onlyHelp')}
        checked={isOn}
        onChange={() => (isOn ? void turn(false).catch(toastRefused) : setIsAsking(true))}
      />
      <ConfirmDialog
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('onlyTitle')}
        confirm={t('onlyConfirm')}
        isDestructive
        onConfirm={() => turn(true)}
      >
        {t('onlyText')}
      </ConfirmDialog>
    </>
  )
}
