import { z } from 'zod'

/** The pieces that several endpoints speak with. */

export const Id = z.uuid()

// PostgreSQL stores no NUL, and the other control characters have no place in a name or a reason.
const printable = /^[^\p{Cc}\p{Cs}]*$/u

const filled = { error: 'Fill in this field.' }
const tooLong = (most: number) => ({ error: `Use at most ${most} characters.` })

/** One line that a person typed: trimmed, without control characters, 1 to `most` characters. */
export const Line = (most: number) =>
  z
    .string()
    .trim()
    .min(1, filled)
    .max(most, tooLong(most))
    .regex(printable, { error: 'Take out the control characters.' })

/**
 * R35. An e-mail address as it is stored: trimmed, composed (NFKC), its domain in lower case ASCII.
 * The server compares addresses without regard to case.
 */
export const Email = z
  .string()
  .trim()
  .max(254)
  .transform((typed) => typed.normalize('NFKC'))
  .pipe(z.email({ error: 'Give an e-mail address like name@example.org.' }))

export const Password = z
  .string()
  .min(10, { error: 'Choose at least 10 characters.' })
  .max(200, { error: 'Choose at most 200 characters.' })

/** A calendar date, `YYYY-MM-DD`: never a moment, and the same string in every room. */
export const CalendarDate = z.iso.date({ error: 'Give a date as YYYY-MM-DD that the calendar has.' })

/** A moment in UTC, ISO 8601. */
export const Instant = z.iso.datetime()

export const TimeZone = Line(64)
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'Give a time of day as HH:MM.' })
export const Language = z.enum(['en'])

/** One or several of something in a query: `role=author&role=learner`. */
export const Several = <T extends z.ZodType<string>>(item: T) =>
  z.union([z.array(item).max(200), item.transform((one) => [one])])

/** Where the next page begins. Opaque; bound to the filter and the order that it was given for. */
export const Cursor = z.string().max(1000)
export const PageSize = z.coerce.number().int().min(1).max(200)

export const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable(), previous: z.string().nullable() })
