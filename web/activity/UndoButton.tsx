import { Alert, Button, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { type getOperation, undoOperation } from '#contract/lifecycle.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'
import { tellDone } from '#web/lifecycle/tell-done.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'

type One = Answer<typeof getOperation>

/** B5: undoes an operation as one, after saying for how many. Nothing where nobody could be changed back. */
export function UndoButton({ one }: { one: One }) {
  const { t } = useTranslation('activity')
  const [isOpen, setIsOpen] = useState(false)
  if (one.undoable === 0 || (one.undoable === null && one.undoneBy)) return null
  return (
    <>
      <Button leftSection={<IconArrowBackUp size={16} />} onClick={() => setIsOpen(true)}>
        {one.undoable === null ? t('undo') : t('undoFor', { count: one.undoable })}
      </Button>
      {isOpen && <UndoDialog one={one} onClose={() => setIsOpen(false)} />}
    </>
  )
}

function UndoDialog({ one: { id, kind, changed, undoable }, onClose }: { one: One; onClose: () => void }) {
  const { t } = useTranslation('activity')
  const queryClient = useQueryClient()
  // How many seats are free, once the undo was refused because it needs more of them.
  const [free, setFree] = useState<number | null>(null)

  async function undo(): Promise<boolean> {
    try {
      const mode = free === null ? 'all_or_nothing' : 'fill'
      tellDone(queryClient, await call(undoOperation, { operationId: id, mode }))
      return true
    } catch (error) {
      const seats = error instanceof Refused && error.code === 'no_free_seats' ? Number(error.details['free']) : 0
      if (seats === 0) throw error
      setFree(seats)
      return false
    }
  }
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('undoTitle', { count: undoable ?? changed })}
      confirm={free === null ? t('undo') : t('undoFirst', { count: free })}
      onConfirm={undo}
    >
      <Stack gap="sm">
        <Text>{t('undoText')}</Text>
        {kind === 'import' && <Text>{t('undoImport')}</Text>}
        {kind !== 'import' && undoable !== null && undoable < changed && (
          <Text>{t('changedSince', { count: changed - undoable })}</Text>
        )}
        {free !== null && (
          <Alert
            color="yellow"
            role="alert"
            icon={<IconAlertTriangle size={18} />}
            title={t('undoTooFew', { count: free })}
          >
            {t('undoTooFewText')}
          </Alert>
        )}
      </Stack>
    </ConfirmDialog>
  )
}
