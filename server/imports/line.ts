import { Problem } from '#server/problem.ts'

/** A row as it stands in the file, numbered as a spreadsheet does: the first is 1. */
export interface Line {
  readonly number: number
  readonly cells: readonly string[]
}

/** What is wrong with a file of people, and the way out. */
export const wrongFile = (message: string): Problem => new Problem('wrong_file', { where: [{ at: 'file', message }] })
