import {
  getOutline,
  listMyCertificates,
  listMyCourses,
  listMyHistory,
  openModule,
  verifyCertificate,
} from '#contract/portal.ts'
import { queryOptions } from '@tanstack/react-query'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'

export const myCourses = () => ask(listMyCourses, {})
export const myCertificates = () => ask(listMyCertificates, {})
export const myHistory = () => ask(listMyHistory, {})
export const outline = (courseId: string, isPreview: boolean) =>
  ask(getOutline, { courseId, preview: isPreview ? 'true' : 'false' })
export const verified = (code: string) => ({ ...ask(verifyCertificate, { code }), retry: false })

/** Opens a module. Each opening is a new player, so that nothing of it is kept or asked again by itself. */
export const opened = (moduleId: string, isPreview: boolean, time: number) =>
  queryOptions({
    queryKey: ['player', moduleId, isPreview, time],
    queryFn: () => call(openModule, { moduleId, preview: isPreview }),
    staleTime: 'static',
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
