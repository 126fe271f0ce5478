import { createReadStream } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Call } from '#contract/endpoint.ts'
import { previewChange } from '#contract/lifecycle.ts'
import { listUsers, type PersonRow } from '#contract/people.ts'
import { call, type Door, pages, Refused } from './client.ts'
import { show } from './tell.ts'

/** Everybody who matches, page by page. */
export async function* everybody(door: Door, filter: Call<typeof listUsers>): AsyncGenerator<PersonRow[]> {
  yield* pages((cursor) => call(door, listUsers, { ...filter, limit: 200, ...(cursor !== undefined && { cursor }) }))
}

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

/** The people of these addresses, each compared as a whole. @throws Refused `not_found` that names all who are not there */
export async function idsOf(door: Door, emails: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>()
  for (const email of emails) {
    for await (const people of everybody(door, { search: email })) {
      const person = people.find((one) => one.email.toLowerCase() === email.toLowerCase())
      if (person) found.set(email, person.id)
    }
  }
  const missing = emails.filter((email) => !found.has(email))
  if (missing.length > 0) throw new Refused('not_found', `Nobody here has: ${missing.join(', ')}. Nothing was changed.`)
  return [...new Set(found.values())]
}

/** What would happen, and to whom not. Nothing happens. */
export async function preview(door: Door, asked: Call<typeof previewChange>, asJson = false): Promise<void> {
  const told = await call(door, previewChange, asked)
  const { selected, willChange, alreadySo, refused, seatsFree } = told
  const others = refused.map(({ refusal, count, names }) => ({
    why: refusal,
    count: String(count),
    who: names.join(', '),
  }))
  if (!asJson) {
    console.log(`${willChange} of ${selected} would change, ${alreadySo} are so already.`)
    if (asked.change === 'activate') console.log(`Seats free: ${seatsFree ?? 'unlimited'}.`)
  }
  show(others, told, asJson)
}
