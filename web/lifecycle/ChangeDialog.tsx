import { Button, Group, Modal, Skeleton, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Selection } from '#contract/lifecycle.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'

/** Who is about to be changed. `name` where it is one person. */
export interface Chosen {
  readonly users: Selection
  readonly count: number
  readonly name?: string
}

/** The words of a title: how many will change, and of how many chosen where that is not all of them. */
export const titleFor = <Title extends 'deactivateTitle' | 'activateTitle' | 'clearTitle'>(
  title: Title,
  of: number,
  count = of,
): [Title | `${Title}Of`, { count: number; of: number }] =>
  count > 0 && count < of ? [`${title}Of`, { count, of }] : [title, { count: of, of }]

interface ChangeDialogProps {
  opened: boolean
  onClose: () => void
  title: string
  /** Null until the preview is there. */
  children: ReactNode
  verb: string
  onConfirm: () => void
  canConfirm: boolean
  isWorking: boolean
  isDestructive?: boolean
  /** So many would change that their number is to be typed. */
  confirmCount?: number | undefined
  error: unknown
  /** Why there is no preview. */
  failure: unknown
  onRetry: () => void
}

/** The frame of every dialog that changes who is in: what will happen, to how many, and the verb on the button. */
export function ChangeDialog(props: ChangeDialogProps) {
  const { t } = useTranslation('lifecycle')
  const {
    opened,
    onClose,
    title,
    children,
    verb,
    onConfirm,
    canConfirm,
    isWorking,
    isDestructive,
    confirmCount,
    error,
    failure,
    onRetry,
  } = props
  const [typed, setTyped] = useState('')
  const isConfirmed = confirmCount === undefined || Number(typed.replaceAll(/[^0-9]/g, '')) === confirmCount
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (canConfirm && isConfirmed && !isWorking) onConfirm()
        }}
      >
        <Stack gap="md">
          {failure ? <Failure error={failure} onRetry={onRetry} /> : (children ?? <Skeleton height={140} />)}
          {confirmCount !== undefined && (
            <TextInput
              label={t('typeCount', { count: confirmCount })}
              description={t('typeCountHelp')}
              inputMode="numeric"
              autoComplete="off"
              maw={320}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          <Refusal error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              color={isDestructive ? 'red' : 'accent'}
              disabled={!canConfirm || !isConfirmed}
              loading={isWorking}
            >
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
