import { createReadStream } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Door } from '#client/call.ts'
import { call } from '#client/call.ts'
import { listDepartments } from '#contract/departments.ts'
import { listGroups } from '#contract/groups.ts'
import { findUsers, type PeopleFilter, type PersonRow } from '#contract/people.ts'
import { Mistake } from './shell.ts'

const mostAtOnce = 10_000

export const asRow = ({ firstName, lastName, email, role, status, deactivationDate, department }: PersonRow) => ({
  name: `${firstName} ${lastName}`,
  email,
  role,
  status: deactivationDate ? `${status} until ${deactivationDate}` : status,
  department: department?.name ?? '',
})

/** What narrows a list down, as it is typed: departments and groups by their names. */
export interface Filter extends Pick<PeopleFilter, 'search' | 'status' | 'role' | 'lastSignIn'> {
  readonly department?: readonly string[]
  readonly group?: readonly string[]
}

/** The same as the server understands it. @throws Mistake that names what is not there, or there more than once */
export async function filterOf(door: Door, { department, group, ...filter }: Filter): Promise<PeopleFilter> {
  const ids = async (what: string, typed: readonly string[], those: (door: Door) => Promise<Named[]>) => {
    const there = await those(door)
    return typed.map((one) => idOf(what, one, there))
  }
  return {
    ...filter,
    ...(department && { departmentId: await ids('department', department, departments) }),
    ...(group && { groupId: await ids('group', group, groups) }),
  }
}

interface Named {
  readonly id: string
  /** From the top. */
  readonly path: readonly string[]
}

async function departments(door: Door): Promise<Named[]> {
  const { items } = await call(door, listDepartments, {})
  const byId = new Map(items.map((item) => [item.id, item]))
  const pathOf = (id: string | null): string[] => {
    const department = id === null ? undefined : byId.get(id)
    return department ? [...pathOf(department.parentId), department.name] : []
  }
  return items.map(({ id }) => ({ id, path: pathOf(id) }))
}

async function groups(door: Door): Promise<Named[]> {
  const { items } = await call(door, listGroups, {})
  return items.map(({ id, name }) => ({ id, path: [name] }))
}

const keyOf = (path: readonly string[]) => path.map((name) => name.normalize('NFKC').trim().toLowerCase()).join('\n')

/** By the name, or where several are called so by the path or its end, as in files of people. */
function idOf(what: string, typed: string, there: readonly Named[]): string {
  const read = [[typed], typed.split(/[›>]/), typed.split(/[/\\]/)].map(keyOf)
  const found = there.filter(({ path }) => path.some((_name, from) => read.includes(keyOf(path.slice(from)))))
  const meant = found.length > 1 ? found.filter(({ path }) => read.includes(keyOf(path))) : found
  if (meant.length === 1) return meant[0]!.id
  if (found.length === 0) throw new Mistake(`There is no ${what} "${typed}".`)
  const paths = found.map(({ path }) => `"${path.join(' > ')}"`).join(', ')
  throw new Mistake(`More than one ${what} is called "${typed}": ${paths}.`)
}

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
