import { keepPreviousData } from '@tanstack/react-query'
import { listCourses } from '#contract/courses.ts'
import type { Call } from '#contract/endpoint.ts'
import { getEnrollment, listAssignments, listEnrollments, previewEnroll } from '#contract/enrollments.ts'
import { ask } from '#web/api/ask.ts'

const found = 20

/** Courses that can be given, by a part of their title. */
export const published = (search: string) => ({
  ...ask(listCourses, { state: 'published' as const, limit: found, ...(search && { search }) }),
  placeholderData: keepPreviousData,
})
export const enrollments = (input: Call<typeof listEnrollments>) => ({
  ...ask(listEnrollments, input),
  placeholderData: keepPreviousData,
})
export const enrollment = (enrollmentId: string) => ask(getEnrollment, { enrollmentId })
export const given = (target: { groupId: string } | { departmentId: string }) => ask(listAssignments, target)
export const reach = (input: Call<typeof previewEnroll>) => ({
  ...ask(previewEnroll, input),
  placeholderData: keepPreviousData,
  staleTime: 0,
})
