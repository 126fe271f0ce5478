import { Button, Group, Modal, Stack } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Refusal } from './Refusal.tsx'

interface ConfirmDialogProps {
  opened: boolean
  onClose: () => void
  /** What will happen: "Delete the group Sales?" */
  title: string
  /** What that means. */
  children: ReactNode
  /** The verb: "Delete". */
  confirm: string
  /** The dialog waits for it, closes when it is done, and shows its refusal. False keeps it open: a field says why. */
  onConfirm: () => unknown
  cancel?: string
  isDestructive?: boolean
  /** False keeps the verb shut, until what it needs is typed. */
  canConfirm?: boolean
}

/** Asks before something happens. */
export function ConfirmDialog({
  opened,
  onClose,
  title,
  children,
  confirm,
  onConfirm,
  cancel,
  isDestructive = false,
  canConfirm = true,
}: ConfirmDialogProps) {
  const { t } = useTranslation('parts')
  const [working, setWorking] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const close = (): void => {
    setError(null)
    onClose()
  }
  const run = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    // React passes it on to a form around the dialog, which stands elsewhere on the page.
    event.stopPropagation()
    if (!canConfirm || working) return
    setWorking(true)
    setError(null)
    try {
      if ((await onConfirm()) !== false) close()
    } catch (refusal) {
      setError(refusal)
    } finally {
      setWorking(false)
    }
  }

  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form noValidate onSubmit={(event) => void run(event)}>
        <Stack gap="md">
          <div>{children}</div>
          <Refusal error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} data-autofocus>
              {cancel ?? t('cancel')}
            </Button>
            <Button color={isDestructive ? 'red' : 'accent'} loading={working} disabled={!canConfirm} type="submit">
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
