import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import { useLeaveQuestion } from './unsaved.ts'

/** Stands once, in the shell; useUnsavedGuard opens it. */
export function LeaveDialog() {
  const { t } = useTranslation('parts')
  const answer = useLeaveQuestion()
  return (
    <ConfirmDialog
      opened={answer !== null}
      onClose={() => answer?.(false)}
      title={t('leaveTitle')}
      confirm={t('leave')}
      cancel={t('stay')}
      onConfirm={() => answer?.(true)}
      isDestructive
    >
      {t('leaveText')}
    </ConfirmDialog>
  )
}
