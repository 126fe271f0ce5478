import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActivateDialog } from '#web/lifecycle/ActivateDialog.tsx'
import { useWaiting } from './use-waiting.ts'

/** C3.32: lets in as many of those who wait as there are seats, the longest wait first. */
export function ActivateWaiting() {
  const { t } = useTranslation('seats')
  const waiting = useWaiting()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button disabled={waiting === 0} onClick={() => setIsOpen(true)}>
        {t('activateWaiting', { count: waiting })}
      </Button>
      {isOpen && (
        <ActivateDialog
          opened
          chosen={{ users: { filter: { status: ['waiting'] }, except: [] }, count: waiting }}
          onClose={() => setIsOpen(false)}
        />
      )}
    </>
  )
}
