import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type ParsedLocation,
} from '@tanstack/react-router'
import { z } from 'zod'
import { listCourses, ModuleKind } from '#contract/courses.ts'
import { listEvents, listOperations, listOutcomes } from '#contract/lifecycle.ts'
import { listMails } from '#contract/mail.ts'
import { listUsers, PeopleFilter } from '#contract/people.ts'
import { exportReport, reportNames } from '#contract/reports.ts'
import { allows } from '#contract/roles.ts'
import { Cursor, Id } from '#contract/words.ts'
import { me } from '#web/api/me.ts'
import { Refused } from '#web/api/refused.ts'
import { Frame } from '#web/shell/lazy-frame.ts'
import { NotFoundPage } from '#web/shell/NotFoundPage.tsx'
import { PageFailure } from '#web/shell/PageFailure.tsx'
import { PagePending } from '#web/shell/PagePending.tsx'
import { queryClient } from '#web/shell/queries.ts'
import { Root } from '#web/shell/Root.tsx'
import { parseSearch, search, stringifySearch } from './search.ts'

/** Where a page stands: in the frame with the navigation, or alone. */
declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    frame?: 'shell'
  }
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFoundPage })

/** Shows nothing before it is known who is asking. */
async function signedIn({ location }: { location: ParsedLocation }): Promise<void> {
  try {
    await Promise.all([queryClient.ensureQueryData(me()), Frame.preload?.()])
  } catch (error) {
    if (error instanceof Refused && error.code === 'not_signed_in') {
      throw redirect({
        to: '/sign-in',
        search: location.pathname === '/' ? {} : { next: location.href },
        replace: true,
      })
    }
    throw error
  }
}

const inShell = { beforeLoad: signedIn, staticData: { frame: 'shell' } } as const
const parent = { getParentRoute: () => root }

const start = createRoute({
  ...parent,
  path: '/',
  beforeLoad: async ({ location }) => {
    await signedIn({ location })
    const { role } = await queryClient.ensureQueryData(me())
    throw redirect({
      to: allows('people', role) ? '/people' : allows('catalog', role) ? '/courses' : '/home',
      replace: true,
    })
  },
})

const signIn = createRoute({
  ...parent,
  path: '/sign-in',
  validateSearch: search(z.object({ next: z.string() })),
  component: lazyRouteComponent(() => import('#web/sign-in/SignInPage.tsx'), 'SignInPage'),
})

const forgotten = createRoute({
  ...parent,
  path: '/forgotten',
  component: lazyRouteComponent(() => import('#web/sign-in/ForgottenPage.tsx'), 'ForgottenPage'),
})

const byLink = { ...parent, validateSearch: search(z.object({ token: z.string() })) }
const invitation = createRoute({
  ...byLink,
  path: '/invitation',
  component: lazyRouteComponent(() => import('#web/sign-in/LinkPage.tsx'), 'InvitationPage'),
})
const reset = createRoute({
  ...byLink,
  path: '/reset',
  component: lazyRouteComponent(() => import('#web/sign-in/LinkPage.tsx'), 'ResetPage'),
})
const unsubscribe = createRoute({
  ...byLink,
  path: '/unsubscribe',
  component: lazyRouteComponent(() => import('#web/sign-in/UnsubscribePage.tsx'), 'UnsubscribePage'),
})

const setup = createRoute({
  ...parent,
  path: '/setup',
  validateSearch: search(z.object({ token: z.string() })),
  component: lazyRouteComponent(() => import('#web/sign-in/SetupPage.tsx'), 'SetupPage'),
})

const home = createRoute({
  ...parent,
  ...inShell,
  path: '/home',
  component: lazyRouteComponent(() => import('#web/portal/HomePage.tsx'), 'HomePage'),
})

const learn = createRoute({
  ...parent,
  ...inShell,
  path: '/learn/$courseId',
  validateSearch: search(z.object({ module: Id, preview: z.enum(['true']) })),
  component: lazyRouteComponent(() => import('#web/portal/LearnPage.tsx'), 'LearnPage'),
})

const certificates = createRoute({
  ...parent,
  ...inShell,
  path: '/certificates',
  component: lazyRouteComponent(() => import('#web/portal/CertificatesPage.tsx'), 'CertificatesPage'),
})

const learningHistory = createRoute({
  ...parent,
  ...inShell,
  path: '/history',
  component: lazyRouteComponent(() => import('#web/portal/LearningHistoryPage.tsx'), 'LearningHistoryPage'),
})

const verify = createRoute({
  ...parent,
  path: '/verify',
  validateSearch: search(z.object({ code: z.coerce.string() })),
  component: lazyRouteComponent(() => import('#web/portal/VerifyPage.tsx'), 'VerifyPage'),
})

const myAccount = createRoute({
  ...parent,
  ...inShell,
  path: '/me',
  component: lazyRouteComponent(() => import('#web/sign-in/MyAccountPage.tsx'), 'MyAccountPage'),
})

const people = createRoute({
  ...parent,
  ...inShell,
  path: '/people',
  validateSearch: search(listUsers.input.omit({ limit: true })),
  component: lazyRouteComponent(() => import('#web/people/PeoplePage.tsx'), 'PeoplePage'),
})

const addPerson = createRoute({
  ...parent,
  ...inShell,
  path: '/people/add',
  component: lazyRouteComponent(() => import('#web/people/AddPersonPage.tsx'), 'AddPersonPage'),
})

const editUser = createRoute({
  ...parent,
  ...inShell,
  path: '/people/$userId',
  validateSearch: search(z.object({ tab: z.enum(['general', 'groups', 'courses', 'history']), cursor: Cursor })),
  component: lazyRouteComponent(() => import('#web/people/EditUserPage.tsx'), 'EditUserPage'),
})

const groups = createRoute({
  ...parent,
  ...inShell,
  path: '/groups',
  validateSearch: search(PeopleFilter.pick({ search: true })),
  component: lazyRouteComponent(() => import('#web/groups/GroupsPage.tsx'), 'GroupsPage'),
})

const group = createRoute({
  ...parent,
  ...inShell,
  path: '/groups/$groupId',
  validateSearch: search(listUsers.input.omit({ limit: true, groupId: true })),
  component: lazyRouteComponent(() => import('#web/groups/GroupPage.tsx'), 'GroupPage'),
})

const departments = createRoute({
  ...parent,
  ...inShell,
  path: '/departments',
  validateSearch: search(PeopleFilter.pick({ search: true })),
  component: lazyRouteComponent(() => import('#web/departments/DepartmentsPage.tsx'), 'DepartmentsPage'),
})

const courses = createRoute({
  ...parent,
  ...inShell,
  path: '/courses',
  validateSearch: search(listCourses.input.omit({ limit: true })),
  component: lazyRouteComponent(() => import('#web/courses/CoursesPage.tsx'), 'CoursesPage'),
})

const course = createRoute({
  ...parent,
  ...inShell,
  path: '/courses/$courseId',
  validateSearch: search(
    z.object({ tab: z.enum(['content', 'people', 'settings']), module: Id, kind: ModuleKind, section: Id }),
  ),
  component: lazyRouteComponent(() => import('#web/courses/CoursePage.tsx'), 'CoursePage'),
})

const seats = createRoute({
  ...parent,
  ...inShell,
  path: '/seats',
  validateSearch: search(z.object({ tab: z.enum(['overview', 'waiting']), cursor: Cursor })),
  component: lazyRouteComponent(() => import('#web/seats/SeatsPage.tsx'), 'SeatsPage'),
})

const reports = createRoute({
  ...parent,
  ...inShell,
  path: '/reports',
  validateSearch: search(
    z.object({
      ...exportReport.input.omit({ report: true, format: true }).shape,
      tab: z.enum(reportNames).exclude(['enrollments']),
      cursor: Cursor,
    }),
  ),
  component: lazyRouteComponent(() => import('#web/reports/ReportsPage.tsx'), 'ReportsPage'),
})

const activity = createRoute({
  ...parent,
  ...inShell,
  path: '/activity',
  validateSearch: search(
    z.object({
      tab: z.enum(['operations', 'history']),
      ...listOperations.input.pick({ kind: true }).shape,
      ...listEvents.input.omit({ limit: true }).shape,
    }),
  ),
  component: lazyRouteComponent(() => import('#web/activity/ActivityPage.tsx'), 'ActivityPage'),
})

const operation = createRoute({
  ...parent,
  ...inShell,
  path: '/activity/$operationId',
  validateSearch: search(listOutcomes.input.pick({ outcome: true, cursor: true })),
  component: lazyRouteComponent(() => import('#web/activity/OperationPage.tsx'), 'OperationPage'),
})

const settings = createRoute({
  ...parent,
  ...inShell,
  path: '/settings',
  validateSearch: search(
    z.object({
      tab: z.enum(['account', 'plan', 'fields', 'mail', 'mail-log', 'tokens', 'webhooks']),
      ...listMails.input.pick({ state: true, kind: true, cursor: true }).shape,
    }),
  ),
  component: lazyRouteComponent(() => import('#web/settings/SettingsPage.tsx'), 'SettingsPage'),
})

const apiDocs = createRoute({
  ...parent,
  path: '/api/docs',
  component: lazyRouteComponent(() => import('#web/api-docs/ApiDocsPage.tsx'), 'ApiDocsPage'),
})

/** All addresses of the application. */
export const router = createRouter({
  routeTree: root.addChildren([
    start,
    signIn,
    setup,
    forgotten,
    invitation,
    reset,
    unsubscribe,
    home,
    learn,
    certificates,
    learningHistory,
    verify,
    myAccount,
    people,
    addPerson,
    editUser,
    groups,
    group,
    departments,
    courses,
    course,
    seats,
    reports,
    activity,
    operation,
    settings,
    apiDocs,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageFailure,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
