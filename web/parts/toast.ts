import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import i18next from 'i18next'
import { createElement } from 'react'
import { Refused } from '#web/api/refused.ts'
import { ToastBody } from './ToastBody.tsx'

export interface Toast {
  title: string
  message?: string
  /** An address of this application, as in `/activity/…`. */
  link?: { label: string; href: string }
  /** Its refusal is shown as a toast of its own. */
  undo?: () => unknown
}

const READING_MS = 5_000
const DECIDING_MS = 15_000

/** What has changed. With `undo` or a link it stays long enough to decide. */
export function toastDone({ title, message, link, undo }: Toast): void {
  const id = crypto.randomUUID()
  const onUndo =
    undo &&
    (async () => {
      try {
        await undo()
      } catch (error) {
        toastRefused(error)
      } finally {
        notifications.hide(id)
      }
    })
  notifications.show({
    id,
    title,
    message: createElement(ToastBody, { ...(message && { message }), ...(link && { link }), onUndo }),
    icon: createElement(IconCheck, { size: 18 }),
    color: 'green',
    autoClose: undo || link ? DECIDING_MS : READING_MS,
  })
}

/** What was refused, and the way out, in the words of the problem. */
export const toastRefused = (error: unknown): void =>
  toastTrouble(error instanceof Refused ? error.title : i18next.t('parts:unexpected'))

/** What is not as it should be, in a sentence. */
export function toastTrouble(message: string): void {
  notifications.show({
    role: 'alert',
    message,
    icon: createElement(IconAlertTriangle, { size: 18 }),
    color: 'red',
    autoClose: DECIDING_MS,
  })
}
