import '#web/api/strict.ts'
import { z } from 'zod'
import { listCourses, ModuleKind } from '#contract/courses.ts'
import { listImportRows } from '#contract/imports.ts'
import { listEvents, listOperations, listOutcomes } from '#contract/lifecycle.ts'
import { listMails } from '#contract/mail.ts'
import { listUsers, PeopleFilter } from '#contract/people.ts'
import { exportReport, reportNames } from '#contract/reports.ts'
import { Cursor, Id } from '#contract/words.ts'

const link = z.object({ token: z.string() })
const bySearch = PeopleFilter.pick({ search: true })

/** What may stand in the address of a screen, by its path. */
export const schemas = {
  '/sign-in': z.object({ next: z.string() }),
  '/no-access': z.object({ why: z.string() }),
  '/invitation': link,
  '/reset': link,
  '/unsubscribe': link,
  '/setup': link,
  '/learn/$courseId': z.object({ module: Id, preview: z.enum(['true']) }),
  '/verify': z.object({ code: z.string() }),
  '/people': listUsers.input.omit({ limit: true }),
  '/people/$userId': z.object({ tab: z.enum(['general', 'groups', 'courses', 'history']), cursor: Cursor }),
  '/people/import/$importId': z.object({
    step: z.enum(['columns', 'preview']),
    ...listImportRows.input.pick({ fate: true, cursor: true }).shape,
  }),
  '/groups': bySearch,
  '/groups/$groupId': z.object({
    tab: z.enum(['members', 'courses']),
    ...listUsers.input.pick({ search: true, cursor: true }).shape,
  }),
  '/departments': bySearch,
  '/courses': listCourses.input.omit({ limit: true }),
  '/courses/$courseId': z.object({
    tab: z.enum(['content', 'people', 'settings']),
    module: Id,
    kind: ModuleKind,
    section: Id,
  }),
  '/seats': z.object({ tab: z.enum(['overview', 'waiting']), cursor: Cursor }),
  '/reports': z.object({
    ...exportReport.input.omit({ report: true, format: true }).shape,
    tab: z.enum(reportNames).exclude(['enrollments']),
    cursor: Cursor,
  }),
  '/activity': z.object({
    tab: z.enum(['operations', 'history']),
    ...listOperations.input.pick({ kind: true }).shape,
    ...listEvents.input.omit({ limit: true }).shape,
  }),
  '/activity/$operationId': listOutcomes.input.pick({ outcome: true, cursor: true }),
  '/settings': z.object({
    tab: z.enum([
      'account',
      'plan',
      'fields',
      'mail',
      'mail-log',
      'tokens',
      'webhooks',
      'provisioning',
      'single-sign-on',
      'connections',
    ]),
    ...listMails.input.pick({ state: true, kind: true, cursor: true }).shape,
  }),
}
