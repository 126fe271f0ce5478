import type { Input } from '#contract/endpoint.ts'
import type { editUser, Person } from '#contract/people.ts'

type Edit = Input<typeof editUser>

/** What has to be known of somebody to tell what an edit would change. */
export type Editable = Pick<
  Person,
  Extract<keyof Person, keyof Edit> | 'statusCause' | 'department' | 'groups' | 'custom' | 'managedDepartmentIds'
>

const sameSet = (some: readonly string[], others: readonly string[]): boolean =>
  new Set(some).size === new Set(others).size && some.every((one) => others.includes(one))

/**
 * What an edit would change: a form may send all that it shows, and only what differs is checked, written and
 * recorded. Whoever is told to be inactive while they wait for a seat waits no more (T3).
 */
export function changesTo(current: Editable, told: Edit): Edit {
  const { custom, groupIds, managedDepartmentIds, departmentId, ...rest } = told
  const waitsNoMore = current.statusCause === 'seat_limit' && told.status === 'inactive'
  const plain = Object.entries(rest).filter(
    ([field, value]) =>
      field === 'userId' ||
      field === 'version' ||
      field === 'reason' ||
      (field === 'status' && waitsNoMore) ||
      current[field as keyof Editable] !== value,
  )
  const values = Object.entries(custom ?? {}).filter(
    ([key, value]) => (Object.hasOwn(current.custom, key) ? current.custom[key] : null) !== value,
  )
  return {
    ...(Object.fromEntries(plain) as Pick<Edit, 'userId' | 'version'>),
    ...(departmentId !== undefined && departmentId !== (current.department?.id ?? null) && { departmentId }),
    ...(groupIds &&
      !sameSet(
        groupIds,
        current.groups.map(({ id }) => id),
      ) && { groupIds }),
    ...(managedDepartmentIds &&
      !sameSet(managedDepartmentIds, current.managedDepartmentIds) && { managedDepartmentIds }),
    ...(values.length > 0 && { custom: Object.fromEntries(values) }),
  }
}

/** R36. Departments that somebody begins or ceases to manage: the actor's say over each is asked, over the others not. */
export function departmentsGivenOrTaken(current: Editable, { role, managedDepartmentIds }: Edit): string[] {
  const [before, after] = [current.managedDepartmentIds, managedDepartmentIds ?? current.managedDepartmentIds]
  if (role === 'department_administrator') return [...new Set([...before, ...after])]
  return [...before.filter((id) => !after.includes(id)), ...after.filter((id) => !before.includes(id))]
}
