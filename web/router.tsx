import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type ParsedLocation,
} from '@tanstack/react-router'
import { type Access, allows } from '#contract/roles.ts'
import { me } from '#web/api/me.ts'
import { askFirst } from '#web/people/people.queries.ts'
import { Refused } from '#web/api/refused.ts'
import { Frame } from '#web/shell/lazy-frame.ts'
import { NotFoundPage } from '#web/shell/NotFoundPage.tsx'
import { PageFailure } from '#web/shell/PageFailure.tsx'
import { PagePending } from '#web/shell/PagePending.tsx'
import { queryClient } from '#web/shell/queries.ts'
import { Root } from '#web/shell/Root.tsx'
import { welcome } from '#web/sign-in/sign-in.queries.ts'
import { SignInPage } from '#web/sign-in/SignInPage.tsx'
import { parseSearch, search, stringifySearch } from './search.ts'
import { loadScreenWords } from './words.ts'

/** Where a page stands, in the frame with the navigation or alone; and what a role must be allowed to see it. */
declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    frame?: 'shell'
    access?: Access
  }
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFoundPage })

/** Shows nothing before it is known who is asking. */
async function signedIn({ location }: { location: ParsedLocation }): Promise<void> {
  try {
    await Promise.all([queryClient.ensureQueryData(me()), Frame.preload?.(), loadScreenWords()])
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
const inShellFor = <A extends Access>(access: A) =>
  ({ beforeLoad: signedIn, staticData: { frame: 'shell', access } }) as const
const parent = { getParentRoute: () => root }

/**
 * A page whose script is fetched when it is needed. Without a connection it waits for one: the router would load the
 * document anew, and lose even what is there.
 */
function lazyPage<Module extends Record<string, unknown>>(load: () => Promise<Module>, name: keyof Module & string) {
  return lazyRouteComponent(
    () =>
      load().catch(async (error: unknown) => {
        if (navigator.onLine) throw error
        await new Promise((resolve) => addEventListener('online', resolve, { once: true }))
        return load()
      }),
    name,
  )
}

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
  validateSearch: search('/sign-in'),
  // Never rejects: what fails, the page tells.
  beforeLoad: () => queryClient.prefetchQuery(welcome()),
  component: SignInPage,
})

const noAccess = createRoute({
  ...parent,
  path: '/no-access',
  validateSearch: search('/no-access'),
  component: lazyPage(() => import('#web/sign-in/NoAccessPage.tsx'), 'NoAccessPage'),
})

const forgotten = createRoute({
  ...parent,
  path: '/forgotten',
  component: lazyPage(() => import('#web/sign-in/ForgottenPage.tsx'), 'ForgottenPage'),
})

const invitation = createRoute({
  ...parent,
  path: '/invitation',
  validateSearch: search('/invitation'),
  component: lazyPage(() => import('#web/sign-in/LinkPage.tsx'), 'InvitationPage'),
})
const reset = createRoute({
  ...parent,
  path: '/reset',
  validateSearch: search('/reset'),
  component: lazyPage(() => import('#web/sign-in/LinkPage.tsx'), 'ResetPage'),
})
const unsubscribe = createRoute({
  ...parent,
  path: '/unsubscribe',
  validateSearch: search('/unsubscribe'),
  component: lazyPage(() => import('#web/sign-in/UnsubscribePage.tsx'), 'UnsubscribePage'),
})

const setup = createRoute({
  ...parent,
  path: '/setup',
  validateSearch: search('/setup'),
  component: lazyPage(() => import('#web/sign-in/SetupPage.tsx'), 'SetupPage'),
})

const home = createRoute({
  ...parent,
  ...inShell,
  path: '/home',
  component: lazyPage(() => import('#web/portal/HomePage.tsx'), 'HomePage'),
})

const learn = createRoute({
  ...parent,
  ...inShell,
  path: '/learn/$courseId',
  validateSearch: search('/learn/$courseId'),
  component: lazyPage(() => import('#web/portal/LearnPage.tsx'), 'LearnPage'),
})

const certificates = createRoute({
  ...parent,
  ...inShell,
  path: '/certificates',
  component: lazyPage(() => import('#web/portal/CertificatesPage.tsx'), 'CertificatesPage'),
})

const learningHistory = createRoute({
  ...parent,
  ...inShell,
  path: '/history',
  component: lazyPage(() => import('#web/portal/LearningHistoryPage.tsx'), 'LearningHistoryPage'),
})

const verify = createRoute({
  ...parent,
  path: '/verify',
  beforeLoad: loadScreenWords,
  validateSearch: search('/verify'),
  component: lazyPage(() => import('#web/portal/VerifyPage.tsx'), 'VerifyPage'),
})

const myAccount = createRoute({
  ...parent,
  ...inShell,
  path: '/me',
  component: lazyPage(() => import('#web/sign-in/MyAccountPage.tsx'), 'MyAccountPage'),
})

const people = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/people',
  validateSearch: search('/people'),
  // Not only when it is known who is asking: that would be one way to the server after the other.
  beforeLoad: ({ location, search }) => {
    const mine = queryClient.getQueryData(me().queryKey)
    if (!mine || allows('people', mine.role)) askFirst(queryClient, search)
    return signedIn({ location })
  },
  component: lazyPage(() => import('#web/people/PeoplePage.tsx'), 'PeoplePage'),
})

const addPerson = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/people/add',
  component: lazyPage(() => import('#web/people/AddPersonPage.tsx'), 'AddPersonPage'),
})

const importPeople = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/people/import',
  component: lazyPage(() => import('#web/imports/ImportPage.tsx'), 'ImportPage'),
})

const oneImport = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/people/import/$importId',
  validateSearch: search('/people/import/$importId'),
  component: lazyPage(() => import('#web/imports/OneImportPage.tsx'), 'OneImportPage'),
})

const editUser = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/people/$userId',
  validateSearch: search('/people/$userId'),
  component: lazyPage(() => import('#web/people/EditUserPage.tsx'), 'EditUserPage'),
})

const groups = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/groups',
  validateSearch: search('/groups'),
  component: lazyPage(() => import('#web/groups/GroupsPage.tsx'), 'GroupsPage'),
})

const group = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/groups/$groupId',
  validateSearch: search('/groups/$groupId'),
  component: lazyPage(() => import('#web/groups/GroupPage.tsx'), 'GroupPage'),
})

const departments = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/departments',
  validateSearch: search('/departments'),
  component: lazyPage(() => import('#web/departments/DepartmentsPage.tsx'), 'DepartmentsPage'),
})

const courses = createRoute({
  ...parent,
  ...inShellFor('catalog'),
  path: '/courses',
  validateSearch: search('/courses'),
  component: lazyPage(() => import('#web/courses/CoursesPage.tsx'), 'CoursesPage'),
})

const course = createRoute({
  ...parent,
  ...inShellFor('catalog'),
  path: '/courses/$courseId',
  validateSearch: search('/courses/$courseId'),
  component: lazyPage(() => import('#web/courses/CoursePage.tsx'), 'CoursePage'),
})

const seats = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/seats',
  validateSearch: search('/seats'),
  component: lazyPage(() => import('#web/seats/SeatsPage.tsx'), 'SeatsPage'),
})

const reports = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/reports',
  validateSearch: search('/reports'),
  component: lazyPage(() => import('#web/reports/ReportsPage.tsx'), 'ReportsPage'),
})

const activity = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/activity',
  validateSearch: search('/activity'),
  component: lazyPage(() => import('#web/activity/ActivityPage.tsx'), 'ActivityPage'),
})

const operation = createRoute({
  ...parent,
  ...inShellFor('people'),
  path: '/activity/$operationId',
  validateSearch: search('/activity/$operationId'),
  component: lazyPage(() => import('#web/activity/OperationPage.tsx'), 'OperationPage'),
})

const settings = createRoute({
  ...parent,
  ...inShellFor('account'),
  path: '/settings',
  validateSearch: search('/settings'),
  component: lazyPage(() => import('#web/settings/SettingsPage.tsx'), 'SettingsPage'),
})

const apiDocs = createRoute({
  ...parent,
  path: '/api/docs',
  beforeLoad: loadScreenWords,
  component: lazyPage(() => import('#web/api-docs/ApiDocsPage.tsx'), 'ApiDocsPage'),
})

/** All addresses of the application. */
export const router = createRouter({
  routeTree: root.addChildren([
    start,
    signIn,
    noAccess,
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
    importPeople,
    oneImport,
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
