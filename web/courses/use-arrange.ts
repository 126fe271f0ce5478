import { useMutation, useQueryClient } from '@tanstack/react-query'
import { arrangeCourse, type Course } from '#contract/courses.ts'
import { call } from '#web/api/call.ts'
import { toastRefused } from '#web/parts/toast.ts'
import { type Arrangement, arranged } from './arrange.ts'
import { course as courseQuery, keep } from './courses.queries.ts'

/** Puts a course into another order: on screen at once, at the server in the order in which it was done. */
export function useArrange(course: Course): (order: Arrangement) => void {
  const queryClient = useQueryClient()
  const { queryKey } = courseQuery(course.id)
  const mutationKey = ['arrange', course.id]
  const { mutate } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: (order: Arrangement) =>
      call(arrangeCourse, {
        courseId: course.id,
        sections: order.map(({ id, moduleIds }) => ({ id, moduleIds: [...moduleIds] })),
      }),
    onSuccess: (changed) => {
      // An answer to an earlier move does not know of the later one.
      if (queryClient.isMutating({ mutationKey }) === 1) keep(queryClient, changed)
    },
    onError: (error) => {
      toastRefused(error)
      void queryClient.invalidateQueries({ queryKey })
    },
  })
  return (order) => {
    queryClient.setQueryData(queryKey, (now) => now && arranged(now, order))
    mutate(order)
  }
}
