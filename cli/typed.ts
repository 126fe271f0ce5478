import { InvalidArgumentError } from 'commander'
import { z } from 'zod'

/** Reads what was typed by a schema of the contract. What it does not take is not understood, with its sentences. */
export const reads =
  <T>(schema: z.ZodType<T>) =>
  (typed: string): T => {
    const read = schema.safeParse(typed)
    if (!read.success) throw new InvalidArgumentError(read.error.issues.map((issue) => issue.message).join(' '))
    return read.data
  }

/** A whole number from 0 on. */
export const count = reads(
  z
    .string()
    .regex(/^\d{1,9}$/, { error: 'Give a whole number.' })
    .transform(Number),
)
