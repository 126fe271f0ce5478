/** All dates on screen. Instants are shown in the account's time zone, never in the browser's. */

// To make one takes a phone longer than to draw the row that shows the date.
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  formats.set(timeZone, format)
  return format
}

const partsOf = (at: Date, timeZone: string): Record<string, string> =>
  Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )

/** `Europe/Berlin` → `Berlin` */
export const showZone = (timeZone: string): string => (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ')

/** `2026-12-12` → `12 Dec 2026` */
export function showDate(date: string): string {
  const { day, month, year } = partsOf(new Date(`${date}T00:00:00Z`), 'UTC')
  return `${day} ${month} ${year}`
}

/** → `Sat 12 Dec 2026, 23:59 (Berlin)` */
export function showInstant(at: string, timeZone: string): string {
  const { weekday, day, month, year, hour, minute } = partsOf(new Date(at), timeZone)
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute} (${showZone(timeZone)})`
}

/** The calendar date on which an instant falls in a time zone: `12 Dec 2026` */
export function showDay(at: string, timeZone: string): string {
  const { day, month, year } = partsOf(new Date(at), timeZone)
  return `${day} ${month} ${year}`
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** → `3 days ago`. For what only informs; where a date decides something, it is written out. */
export function showAgo(at: string, now: number = Date.now()): string {
  const seconds = Math.round((now - Date.parse(at)) / 1000)
  const step = steps.find(([, length]) => Math.abs(seconds) >= length)
  if (!step) return 'just now'
  const [unit, length] = step
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(-Math.round(seconds / length), unit)
}

/** From one calendar date to another, in days. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
