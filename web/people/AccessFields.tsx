import { Alert, Fieldset, Stack, Switch, TextInput } from '@mantine/core'
import { IconCircleMinus, IconLock } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { previewChange } from '#contract/lifecycle.ts'
import type { Person } from '#contract/people.ts'
import { ask } from '#web/api/ask.ts'
import { useMe } from '#web/api/me.ts'
import { LastDayField } from '#web/lifecycle/LastDayField.tsx'
import { StatusStory } from '#web/parts/StatusBadge.tsx'
import { isDay } from '#web/parts/typed-date.ts'
import type { PersonTyped } from './person-form.ts'
import classes from './ProfileFields.module.css'

interface AccessFieldsProps {
  person: Person
  typed: PersonTyped
  onChange: (part: Partial<PersonTyped>) => void
  isChanged: boolean
  dateError?: ReactNode
}

/** What the chosen date means in the account's zone, by the server's word (D1, D2). */
export function useLastDay(person: Person, typed: PersonTyped) {
  const date = typed.isActive && typed.leaves && isDay(typed.deactivationDate) ? typed.deactivationDate : null
  const asked = { users: { ids: [person.id] }, change: 'schedule' as const, ...(date && { deactivationDate: date }) }
  const { data, isPlaceholderData } = useQuery({
    ...ask(previewChange, asked),
    placeholderData: keepPreviousData,
    enabled: typed.leaves,
  })
  return {
    date,
    deactivateAt: isPlaceholderData ? null : (data?.deactivateAt ?? null),
    isAhead: isPlaceholderData || (data?.dateIsAhead ?? true),
  }
}

/** J9, J11: the switches Active User and Make inactive. They are one state: what is inactive has no date (C2.16). */
export function AccessFields({ person, typed, onChange, isChanged, dateError }: AccessFieldsProps) {
  const { t } = useTranslation('people')
  const { account } = useMe()
  const day = useLastDay(person, typed)
  // An inactive person can be let in again by whoever may edit them; only ending an access is refused to some.
  const isRefused = person.refusal !== null && (person.status === 'active' || person.refusal !== 'not_yourself')
  return (
    <Fieldset legend={t('section.access')} variant="unstyled" className={classes.section}>
      <Stack gap="md">
        {person.status === 'inactive' && (
          <Alert color="gray" icon={<IconCircleMinus size={18} />}>
            <StatusStory status={person} zone={account.timeZone} />
          </Alert>
        )}
        {isRefused && (
          <Alert color="gray" icon={<IconLock size={18} />}>
            {t(`refusal.${person.refusal!}`)}
          </Alert>
        )}
        <Switch
          label={t('activeUser')}
          description={t('activeUserHelp')}
          checked={typed.isActive}
          disabled={isRefused}
          onChange={(event) =>
            onChange({ isActive: event.currentTarget.checked, leaves: false, deactivationDate: null })
          }
        />
        {typed.isActive && (
          <Switch
            label={t('makeInactive')}
            description={t('makeInactiveHelp')}
            checked={typed.leaves}
            disabled={isRefused}
            onChange={(event) => onChange({ leaves: event.currentTarget.checked, deactivationDate: null })}
          />
        )}
        {typed.isActive && typed.leaves && (
          <LastDayField
            value={typed.deactivationDate}
            onChange={(deactivationDate) => onChange({ deactivationDate })}
            today={account.today}
            deactivateAt={day.deactivateAt}
            isRefused={!day.isAhead}
            disabled={isRefused}
            error={dateError}
          />
        )}
        {isChanged && (
          <TextInput
            label={t('reason')}
            description={t('reasonHelp')}
            maxLength={500}
            value={typed.reason}
            onChange={(event) => onChange({ reason: event.currentTarget.value })}
          />
        )}
      </Stack>
    </Fieldset>
  )
}
