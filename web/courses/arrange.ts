import type { Course } from '#contract/courses.ts'

/** The order of a course: its sections, and the modules in each. */
export type Arrangement = readonly { readonly id: string; readonly moduleIds: readonly string[] }[]

export const arrangementOf = ({ sections }: Pick<Course, 'sections'>): Arrangement =>
  sections.map(({ id, modules }) => ({ id, moduleIds: modules.map((module) => module.id) }))

/** The course as it is when it is put into this order. What the order does not name is left out. */
export function arranged(course: Course, order: Arrangement): Course {
  const sections = new Map(course.sections.map((section) => [section.id, section]))
  const modules = new Map(course.sections.flatMap((section) => section.modules.map((module) => [module.id, module])))
  return {
    ...course,
    sections: order.flatMap(({ id, moduleIds }) => {
      const section = sections.get(id)
      return section ? [{ ...section, modules: moduleIds.flatMap((one) => modules.get(one) ?? []) }] : []
    }),
  }
}

/** Puts a module at a place of a section, which may be its own. */
export const placed = (order: Arrangement, moduleId: string, sectionId: string, place: number): Arrangement =>
  order.map(({ id, moduleIds }) => {
    const others = moduleIds.filter((one) => one !== moduleId)
    return { id, moduleIds: id === sectionId ? others.toSpliced(place, 0, moduleId) : others }
  })

const sectionOf = (order: Arrangement, moduleId: string): number =>
  order.findIndex(({ moduleIds }) => moduleIds.includes(moduleId))

/** One up or down, over the edge of a section into the next one. Null: it is at the end of the course already. */
export function stepped(order: Arrangement, moduleId: string, step: -1 | 1): Arrangement | null {
  const at = sectionOf(order, moduleId)
  const section = order[at]
  if (!section) return null
  const place = section.moduleIds.indexOf(moduleId) + step
  if (place >= 0 && place < section.moduleIds.length) return placed(order, moduleId, section.id, place)
  const neighbour = order[at + step]
  return neighbour ? placed(order, moduleId, neighbour.id, step === 1 ? 0 : neighbour.moduleIds.length) : null
}

/** A section one up or down, with its modules. Null: it is the first or the last. */
export function sectionStepped(order: Arrangement, sectionId: string, step: -1 | 1): Arrangement | null {
  const at = order.findIndex(({ id }) => id === sectionId)
  const section = order[at]
  if (!section || !order[at + step]) return null
  return order.toSpliced(at, 1).toSpliced(at + step, 0, section)
}

/** Whether two orders are the same. */
export const sameOrder = (one: Arrangement, other: Arrangement): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
