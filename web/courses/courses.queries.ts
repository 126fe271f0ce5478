import { keepPreviousData, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { getCourse, getCourseRow, getUploadLimits, listCourses, type Course } from '#contract/courses.ts'
import type { Input } from '#contract/endpoint.ts'
import { listAssignments } from '#contract/enrollments.ts'
import { ask } from '#web/api/ask.ts'

export type CoursesSearch = Partial<Omit<Input<typeof listCourses>, 'limit'>>

export const page = (search: CoursesSearch) => ({ ...ask(listCourses, search), placeholderData: keepPreviousData })
export const course = (courseId: string) => ask(getCourse, { courseId })
export const courseRow = (courseId: string) => ask(getCourseRow, { courseId })
export const givenTo = (courseId: string) => ask(listAssignments, { courseId })
export const uploadLimits = () => ask(getUploadLimits, {})

/** Every change of a course answers the whole of it: what is shown of it is that, and lists are asked again. */
export function keep(queryClient: QueryClient, changed: Course): void {
  queryClient.setQueryData(course(changed.id).queryKey, changed)
  void queryClient.invalidateQueries({ queryKey: [listCourses.tag, listCourses.path] })
  void queryClient.invalidateQueries({ queryKey: courseRow(changed.id).queryKey })
}

export function useKeep(): (changed: Course) => void {
  const queryClient = useQueryClient()
  return (changed) => keep(queryClient, changed)
}
