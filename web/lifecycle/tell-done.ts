import type { QueryClient } from '@tanstack/react-query'
import i18next from 'i18next'
import type { Answer } from '#contract/endpoint.ts'
import { type deactivateUsers, type Operation, undoOperation } from '#contract/lifecycle.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { showDate } from '#web/parts/dates.ts'
import { toastDone } from '#web/parts/toast.ts'

export type Operated = Answer<typeof deactivateUsers>

function sentence({ kind, changed: count, deactivationDate }: Operation): string {
  const t = i18next.getFixedT(null, 'lifecycle')
  switch (kind) {
    case 'deactivate':
      return t('doneDeactivate', { count })
    case 'schedule':
      return t('doneSchedule', { count, date: showDate(deactivationDate!) })
    case 'activate':
      return t('doneActivate', { count })
    case 'clear_date':
      return t('doneClear', { count })
    case 'undo':
      return t('doneUndo', { count })
    case 'import':
      return t('doneImport', { count })
  }
}

/** After a change of people: what changed, a way to the details, and back (B5). */
export function tellDone(queryClient: QueryClient, { operation }: Operated): void {
  void askAgain(queryClient)
  const t = i18next.getFixedT(null, 'lifecycle')
  if (operation.state === 'running') {
    toastDone({
      title: t('underWay', { count: operation.selected }),
      message: t('underWayText'),
      link: { label: t('watch'), href: `/activity/${operation.id}` },
    })
    return
  }
  const left = operation.selected - operation.changed
  toastDone({
    title: sentence(operation),
    ...(left > 0 && { message: t('notChanged', { count: left }) }),
    link: { label: t('details'), href: `/activity/${operation.id}` },
    ...(operation.changed > 0 && {
      undo: async () => tellDone(queryClient, await call(undoOperation, { operationId: operation.id })),
    }),
  })
}
