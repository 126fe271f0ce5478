import { Group, NumberInput, Radio, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { DateField } from '#web/parts/DateField.tsx'
import { isDay } from '#web/parts/typed-date.ts'

/** A due date as it is being typed. */
export interface DueTyped {
  readonly kind: 'none' | 'date' | 'days'
  readonly date: string | null
  readonly days: number | null
}

export const nothingDue: DueTyped = { kind: 'none', date: null, days: null }

export const isDueWhole = ({ kind, date, days }: DueTyped): boolean =>
  kind === 'none' || (kind === 'date' ? isDay(date) : days !== null)

export const dueOf = ({ kind, date, days }: DueTyped) => ({
  dueDate: kind === 'date' ? date : null,
  dueDays: kind === 'days' ? days : null,
})

interface DueFieldsProps {
  value: DueTyped
  onChange: (value: DueTyped) => void
  error?: ReactNode
}

const usualDays = 30
const mostDays = 3650

/** The due date of a course: none, a date, or so many days after somebody gets it. */
export function DueFields({ value, onChange, error }: DueFieldsProps) {
  const { t } = useTranslation('enrollments')
  return (
    <Stack gap="xs">
      <Radio.Group
        label={t('due')}
        value={value.kind}
        onChange={(kind) =>
          onChange({
            ...value,
            kind,
            days: value.days ?? (kind === 'days' ? usualDays : null),
          })
        }
      >
        <Group mt={4} gap="lg">
          <Radio value="none" label={t('dueNone')} />
          <Radio value="date" label={t('dueDate')} />
          <Radio value="days" label={t('dueDays')} />
        </Group>
      </Radio.Group>
      {value.kind === 'date' && (
        <DateField
          label={t('date')}
          placeholder={t('chooseDate')}
          value={value.date}
          onChange={(date) => onChange({ ...value, date })}
          error={error}
          maw={240}
        />
      )}
      {value.kind === 'days' && (
        <NumberInput
          label={t('days')}
          description={t('daysHelp')}
          min={1}
          max={mostDays}
          allowDecimal={false}
          clampBehavior="strict"
          value={value.days ?? ''}
          onChange={(days) => onChange({ ...value, days: typeof days === 'number' ? days : null })}
          maw={320}
        />
      )}
    </Stack>
  )
}
