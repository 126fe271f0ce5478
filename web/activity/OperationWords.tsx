import { useTranslation } from 'react-i18next'
import type { ListedOperation, Operation } from '#contract/lifecycle.ts'
import { showDate } from '#web/parts/dates.ts'

/** "Deactivated", "Deactivated Lea Learner", "Set the last day of access to 12 Dec 2026" */
export function KindOf({ operation: { kind, deactivationDate, person, changed } }: { operation: ListedOperation }) {
  const { t } = useTranslation('activity')
  if (person && changed > 0)
    return t(`operationOf.${kind}`, { name: person, date: deactivationDate && showDate(deactivationDate) })
  return kind === 'schedule' && deactivationDate
    ? t('kindSchedule', { date: showDate(deactivationDate) })
    : t(`kinds.${kind}`)
}

/** "38 changed · 1 already so · 1 refused" */
export function Counts({ operation: { changed, alreadySo, refused, remaining, state } }: { operation: Operation }) {
  const { t } = useTranslation('activity')
  const parts = [
    t('changed', { count: changed }),
    alreadySo > 0 && t('already', { count: alreadySo }),
    refused > 0 && t('refused', { count: refused }),
    remaining > 0 && t(state === 'cancelled' ? 'notReached' : 'toGo', { count: remaining }),
  ]
  return parts.filter(Boolean).join(' · ')
}
