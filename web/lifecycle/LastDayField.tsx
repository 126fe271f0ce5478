import { ActionIcon, Stack, Text } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import dayjs from 'dayjs'
import { type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '#web/api/me.ts'
import { DateField } from '#web/parts/DateField.tsx'
import { showDate, showInstant, showZone } from '#web/parts/dates.ts'
import { isDay } from '#web/parts/typed-date.ts'

interface LastDayFieldProps {
  value: string | null
  onChange: (date: string | null) => void
  /** The account's today, by the database's clock: the browser's may be another day. */
  today: string
  /** The instant that the date means; null while there is none. */
  deactivateAt: string | null
  isRefused: boolean
  disabled?: boolean
  error?: ReactNode
}

const farAheadYears = 2
const mostYears = 10

/** D1: the last day of access, a calendar date in the account's zone, with a calendar button, and what it means in words. */
export function LastDayField({
  value,
  onChange,
  today,
  deactivateAt,
  isRefused,
  disabled = false,
  error,
}: LastDayFieldProps) {
  const { t } = useTranslation('lifecycle')
  const { account } = useMe()
  const field = useRef<HTMLInputElement>(null)
  const [isOpen, setIsOpen] = useState(false)
  const isFar = isDay(value) && value > dayjs(today).add(farAheadYears, 'year').format('YYYY-MM-DD')

  return (
    <Stack gap={4}>
      <DateField
        ref={field}
        label={t('lastDay')}
        description={t('lastDayHelp', { zone: showZone(account.timeZone), today: showDate(today) })}
        placeholder={t('chooseDate')}
        value={value}
        onChange={onChange}
        minDate={today}
        maxDate={dayjs(today).add(mostYears, 'year').format('YYYY-MM-DD')}
        defaultDate={isDay(value) ? value : today}
        tooEarly={t('dayPast', { today: showDate(today) })}
        disabled={disabled}
        error={isDay(value) && isRefused ? t('dateRefused') : error}
        popoverProps={{ opened: isOpen, onChange: setIsOpen }}
        onFocus={() => setIsOpen(true)}
        onClick={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        rightSection={
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('openCalendar')}
            disabled={disabled}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              field.current?.focus()
              setIsOpen(true)
            }}
          >
            <IconCalendar size={18} />
          </ActionIcon>
        }
        maw={320}
      />
      {isDay(value) && deactivateAt !== null && !isRefused && (
        <Text size="sm" aria-live="polite">
          {t('endsOn', { instant: showInstant(deactivateAt, account.timeZone) })} {isFar && t('farAhead')}
        </Text>
      )}
    </Stack>
  )
}
