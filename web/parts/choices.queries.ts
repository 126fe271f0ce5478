import { listCustomFields } from '#contract/accounts.ts'
import { type Department, listDepartments } from '#contract/departments.ts'
import { listGroups } from '#contract/groups.ts'
import { ask } from '#web/api/ask.ts'

/** What people can be put into, for every list to choose from. */
export const departments = () => ask(listDepartments, {})
export const groups = () => ask(listGroups, {})
export const customFields = () => ask(listCustomFields, {})

/** Departments as a tree reads, each below its parent, with how deep it stands. */
export function asTree(items: readonly Department[]): { department: Department; depth: number }[] {
  const known = new Set(items.map(({ id }) => id))
  const below = Map.groupBy(items, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : null))
  const walk = (parentId: string | null, depth: number): { department: Department; depth: number }[] =>
    (below.get(parentId) ?? []).flatMap((department) => [{ department, depth }, ...walk(department.id, depth + 1)])
  return walk(null, 0)
}

/** For a Select: departments in the order of the tree, each with those above it, so that a search finds them by either. */
export function departmentOptions(items: readonly Department[]): { value: string; label: string }[] {
  const byId = new Map(items.map((department) => [department.id, department]))
  const path = ({ name, parentId }: Department): string => {
    const above = parentId === null ? undefined : byId.get(parentId)
    return above ? `${path(above)} › ${name}` : name
  }
  return asTree(items).map(({ department }) => ({ value: department.id, label: path(department) }))
}
