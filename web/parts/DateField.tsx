import { DateInput, type DateInputProps } from '@mantine/dates'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { showDate } from './dates.ts'
import { isDay, noDate, readDate } from './typed-date.ts'

export interface DateFieldProps extends Omit<
  DateInputProps,
  'value' | 'onChange' | 'minDate' | 'maxDate' | 'onInput' | 'dateParser' | 'valueFormat' | 'fixOnBlur'
> {
  value: string | null
  /** With `noDate` while what is typed is no day between `minDate` and `maxDate`: nothing may be saved then. */
  onChange: (value: string | null) => void
  minDate?: string
  maxDate?: string
  /** Instead of "Choose a day from … on", where there is more to say. */
  tooEarly?: ReactNode
}

/**
 * A date, typed or chosen. What is typed and cannot be taken stays as it was typed, and the field says why: it never
 * turns into another date, nor back into the one before.
 */
export function DateField({
  value,
  onChange,
  minDate,
  maxDate,
  clearable,
  tooEarly,
  error,
  onBlur,
  ...rest
}: DateFieldProps) {
  const { t } = useTranslation('parts')
  const [typed, setTyped] = useState<{ text: string; before: string | null } | null>(null)
  const [isTyping, setIsTyping] = useState(false)
  // Another value from outside takes the place of what was typed.
  const wrong = typed && (value === noDate || value === typed.before) ? typed.text : null
  const day = wrong === null ? null : readDate(wrong)
  const isEarly = day !== null && minDate !== undefined && day < minDate
  const isWithin = (date: string): boolean => !(minDate && date < minDate) && !(maxDate && date > maxDate)

  const read = (text: string): void => {
    setIsTyping(true)
    const date = readDate(text)
    const isEmpty = text.trim() === ''
    const isTaken = isEmpty || (date !== null && isWithin(date))
    setTyped(isTaken ? null : { text, before: value })
    if (!isTaken) onChange(noDate)
    else if (isEmpty && !clearable) onChange(null)
  }
  const why = (): ReactNode => {
    if (wrong === null) return error
    if (isEarly) return tooEarly ?? t('dateEarly', { date: showDate(minDate) })
    if (day !== null && maxDate) return t('dateLate', { date: showDate(maxDate) })
    return !isTyping && t('noDate')
  }
  return (
    <DateInput
      {...rest}
      {...(clearable !== undefined && { clearable })}
      {...(minDate !== undefined && { minDate })}
      {...(maxDate !== undefined && { maxDate })}
      valueFormat="D MMM YYYY"
      dateParser={readDate}
      fixOnBlur={wrong === null}
      value={isDay(value) ? value : null}
      onChange={(date) => {
        setTyped(null)
        onChange(date)
      }}
      onInput={(event) => read(event.currentTarget.value)}
      onBlur={(event) => {
        setIsTyping(false)
        onBlur?.(event)
      }}
      error={why()}
    />
  )
}
