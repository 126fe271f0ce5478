import type { Department } from '#contract/departments.ts'

/** A department and all below it, by their ids. */
export function withBelow(items: readonly Department[], id: string): ReadonlySet<string> {
  const found = new Set([id])
  // A set grows while it is walked: those added are visited, too.
  for (const above of found) {
    for (const department of items) if (department.parentId === above) found.add(department.id)
  }
  return found
}

/** How many people a department has, with those of all below it. */
export function peopleWithBelow(items: readonly Department[], id: string): Pick<Department, 'active' | 'inactive'> {
  const ids = withBelow(items, id)
  const all = items.filter((department) => ids.has(department.id))
  return {
    active: all.reduce((sum, { active }) => sum + active, 0),
    inactive: all.reduce((sum, { inactive }) => sum + inactive, 0),
  }
}
