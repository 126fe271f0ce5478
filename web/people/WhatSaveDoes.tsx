import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Person } from '#contract/people.ts'
import { getSeats } from '#contract/seats.ts'
import { ask } from '#web/api/ask.ts'
import { useMe } from '#web/api/me.ts'
import { showDate, showInstant } from '#web/parts/dates.ts'
import { useLastDay } from './AccessFields.tsx'
import type { PersonTyped } from './person-form.ts'
import { nameOf } from './name-of.ts'

interface WhatSaveDoesProps {
  person: Person
  before: PersonTyped
  typed: PersonTyped
  isChanged: boolean
}

/** Beside Save: what it will do, before it does. */
export function WhatSaveDoes(props: WhatSaveDoesProps) {
  const sentence = useSentence(props)
  return (
    <Text size="sm" c="dimmed" aria-live="polite">
      {sentence}
    </Text>
  )
}

function useSentence({ person, before, typed, isChanged }: WhatSaveDoesProps): string {
  const { t } = useTranslation('people')
  const { account } = useMe()
  const seats = useQuery(ask(getSeats, {})).data
  const day = useLastDay(person, typed)
  const name = nameOf(person)

  if (before.isActive && !typed.isActive) return t('will.deactivate', { name })
  if (!before.isActive && typed.isActive) {
    if (!seats || seats.free === null) return t('will.activateUnlimited', { name })
    return seats.free > 0 ? t('will.activate', { name, count: seats.free }) : t('will.noSeat', { name })
  }
  if (typed.isActive && typed.leaves) {
    if (day.date === null) return t('will.chooseDate')
    if (day.date !== before.deactivationDate) {
      return day.deactivateAt
        ? t('will.schedule', { name, instant: showInstant(day.deactivateAt, account.timeZone) })
        : t('will.scheduleDate', { name, date: showDate(day.date) })
    }
  }
  if (before.leaves && !typed.leaves) return t('will.clear', { name })
  return isChanged ? t('will.profile') : t('will.nothing')
}
