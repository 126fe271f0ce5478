import { createHash } from 'node:crypto'
import { Problem } from '#server/problem.ts'

/** What a cursor was made for: the list, its filter and its order. A cursor of another list is refused. */
export type BoundTo = readonly unknown[]

const mark = (boundTo: BoundTo): string =>
  createHash('sha256').update(JSON.stringify(boundTo)).digest('base64url').slice(0, 12)

/** Where a page ends, for the one who asks for the next. Opaque to them. */
export const cursorFor = (boundTo: BoundTo, place: readonly string[]): string =>
  Buffer.from(JSON.stringify([mark(boundTo), ...place])).toString('base64url')

/** @throws Problem `wrong_cursor` for one that was made for another list, or by somebody else */
export function placeOf(boundTo: BoundTo, cursor: string | undefined): string[] | undefined {
  if (cursor === undefined) return undefined
  try {
    const told: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(told) && told.every((part) => typeof part === 'string') && told[0] === mark(boundTo))
      return told.slice(1)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new Problem('wrong_cursor')
}
