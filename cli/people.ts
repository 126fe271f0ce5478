import { createReadStream } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Door } from '#client/call.ts'
import { call } from '#client/call.ts'
import { findUsers, type PersonRow } from '#contract/people.ts'
import { Mistake } from './shell.ts'

const mostAtOnce = 10_000

export const asRow = ({ firstName, lastName, email, role, status, deactivationDate, department }: PersonRow) => ({
  name: `${firstName} ${lastName}`,
  email,
  role,
  status: deactivationDate ? `${status} until ${deactivationDate}` : status,
  department: department?.name ?? '',
})

/** The addresses that were typed; `-` stands for those on standard input, one in each line. */
export async function addresses(typed: readonly string[]): Promise<string[]> {
  if (!typed.includes('-')) return [...typed]
  const piped = await text(createReadStream('', { fd: 0 }))
  return [...typed.filter((one) => one !== '-'), ...piped.split(/\s+/).filter((one) => one !== '')]
}

/** The people of these addresses. @throws Mistake that names all who are not there */
export async function idsOf(door: Door, emails: readonly string[]): Promise<string[]> {
  if (emails.length === 0) throw new Mistake('There is no address on standard input. Nothing was changed.')
  if (emails.length > mostAtOnce) throw new Mistake(`At most ${mostAtOnce} people can be named at once.`)
  const { people, unknown } = await call(door, findUsers, { emails: [...emails] })
  if (unknown.length > 0) throw new Mistake(`Nobody here has: ${unknown.join(', ')}. Nothing was changed.`)
  return [...new Set(people.map(({ id }) => id))]
}
