import { type RawBuilder, sql } from 'kysely'
import type { CustomField } from '#contract/accounts.ts'
import type { Work } from '#server/gate/work.ts'
import { customFields } from '#server/people/custom-fields.ts'

/** What the cells of a file can name, as it is now; of departments those that this actor may give. */
export interface Known {
  readonly departments: ByName
  readonly groups: ByName
  readonly fields: ReadonlyMap<string, CustomField>
  /** A department administrator is told alike of departments that are not there and of those of others. */
  readonly isHead: boolean
}

/** Ids by the name in small letters; several where it is not the name of one alone. */
type ByName = ReadonlyMap<string, readonly string[]>

/** Each department with the names from one of these tops down to it, as rows of `below`. */
export const departmentPaths = (accountId: string, isTop = sql<boolean>`parent_id is null`): RawBuilder<unknown> => sql`
  with recursive below as (
    select id, array[name] as path from departments where account_id = ${accountId} and ${isTop}
    union all
    select d.id, below.path || d.name from departments as d join below on d.parent_id = below.id where d.account_id = ${accountId}
  )`

export async function known(work: Work): Promise<Known> {
  const { db, accountId, actor } = work
  const isHead = actor.role === 'department_administrator'
  const { rows: departments } = await sql<{ id: string; path: string[]; isMine: boolean }>`
    ${departmentPaths(accountId)}
    select id, path, ${isHead ? sql`id in (select departments_managed(${accountId}, ${actor.id}))` : sql`true`} as is_mine from below
  `.execute(db)
  const { rows: groups } = await sql<{ id: string; name: string }>`
    select id, name from groups where account_id = ${accountId}`.execute(db)
  const { items } = await customFields(work)
  return {
    isHead,
    // By the whole path, by the end of it, by the name alone.
    departments: collected(
      departments
        .filter(({ isMine }) => isMine)
        .flatMap(({ id, path }) => path.map((_, from) => [keyOfPath(path.slice(from)), id] as const)),
    ),
    groups: collected(groups.map(({ id, name }) => [keyOfName(name), id] as const)),
    fields: new Map(items.map((field) => [field.key, field])),
  }
}

function collected(pairs: readonly (readonly [string, string])[]): ByName {
  const all = new Map<string, string[]>()
  for (const [name, id] of pairs) {
    const ids = all.get(name)
    if (ids) ids.push(id)
    else all.set(name, [id])
  }
  return all
}

const keyOfName = (name: string): string => name.normalize('NFKC').trim().toLowerCase()
const keyOfPath = (names: readonly string[]): string => names.map(keyOfName).join('\n')

/** What a cell names: one, none, or several of one name. */
export type Found = { readonly id: string } | 'none' | 'several'

const oneOf = (ids: readonly string[] | undefined): Found =>
  ids === undefined ? 'none' : ids.length === 1 ? { id: ids[0]! } : 'several'

/** `Sales`, or where several are called so, `Company › Sales`; also with `>` or `/` in between. */
export function department({ departments }: Known, cell: string): Found {
  const asOne = oneOf(departments.get(keyOfName(cell)))
  if (asOne !== 'none') return asOne
  for (const separator of [/\s*[›>]\s*/, /\s*[/\\]\s*/]) {
    const found = oneOf(departments.get(keyOfPath(cell.split(separator))))
    if (found !== 'none') return found
  }
  return 'none'
}

/** The name of one group; or of several, with `;`, `|` or a line break in between. */
export function namesOfList(has: ByName, cell: string): string[] {
  if (has.has(keyOfName(cell))) return [cell]
  return cell
    .split(/[;|\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

export const group = ({ groups }: Known, name: string): Found => oneOf(groups.get(keyOfName(name)))
