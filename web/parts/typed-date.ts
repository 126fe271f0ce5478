/** What a date field holds while there is something in it that is no day that can be chosen. No server takes it. */
export const noDate = '?'

/** Whether a day is there to be saved. */
export const isDay = (value: string | null): value is string => value !== null && value !== noDate

const months = 'january february march april may june july august september october november december'.split(' ')
const shortest = 3
/** 0: there is none. */
const monthOf = (name: string): number =>
  name.length < shortest ? 0 : months.findIndex((month) => month.startsWith(name.toLowerCase())) + 1

/** `2027-12-04`, if there is such a day. */
function dayOf(year: string, month: number | string, day: number | string): string | null {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const isThere = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  return isThere ? date.toISOString().slice(0, 10) : null
}

/**
 * The day that somebody typed, as `2027-12-04`, `4 Dec 2027`, `Dec 4, 2027`, or with dots `4.12.2027`. Null: it cannot
 * be told. With slashes or dashes half of the world begins with the day and half with the month; such a day is taken
 * only where it can be read in one way. A wrong day would end somebody's access half a year off.
 */
export function readDate(typed: string): string | null {
  const text = typed.trim()
  const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(text)
  if (yearFirst) return dayOf(yearFirst[1]!, yearFirst[3]!, yearFirst[4]!)
  const dotted = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/.exec(text)
  if (dotted) return dayOf(dotted[3]!, dotted[2]!, dotted[1]!)
  const named = /^(\d{1,2})\.?\s*([a-z]+)\.?,?\s*(\d{4})$/i.exec(text)
  if (named) return dayOf(named[3]!, monthOf(named[2]!), named[1]!)
  const nameFirst = /^([a-z]+)\.?\s*(\d{1,2}),?\s+(\d{4})$/i.exec(text)
  if (nameFirst) return dayOf(nameFirst[3]!, monthOf(nameFirst[1]!), nameFirst[2]!)
  const ambiguous = /^(\d{1,2})([-/])(\d{1,2})\2(\d{4})$/.exec(text)
  if (!ambiguous) return null
  const ways = [
    dayOf(ambiguous[4]!, ambiguous[3]!, ambiguous[1]!),
    dayOf(ambiguous[4]!, ambiguous[1]!, ambiguous[3]!),
  ].filter((day) => day !== null)
  return new Set(ways).size === 1 ? ways[0]! : null
}
