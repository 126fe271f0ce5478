import { useQuery } from '@tanstack/react-query'
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { allows } from '#contract/roles.ts'
import { accessIsBack, useAccessEnd } from '#web/api/access.ts'
import { forget, me } from '#web/api/me.ts'
import { isAnythingUnsaved } from '#web/parts/unsaved.ts'
import { AccessEndedPage } from './AccessEndedPage.tsx'
import { Frame } from './lazy-frame.ts'
import { queryClient } from './queries.ts'

const NotAllowedPage = lazy(async () => ({ default: (await import('./NotAllowedPage.tsx')).NotAllowedPage }))

const SessionOverDialog = lazy(async () => ({
  default: (await import('./SessionOverDialog.tsx')).SessionOverDialog,
}))

/** What surrounds every page. Whose access has ended sees that, and nothing else. */
export function Root() {
  const { t } = useTranslation('shell')
  const end = useAccessEnd()
  const over = useSignInAgain(end?.code === 'not_signed_in')
  const { frame, access = 'public' } = useRouterState({ select: ({ matches }) => matches.at(-1)?.staticData ?? {} })
  // The router asks before it shows a framed page.
  const { data: mine } = useQuery({ ...me(), enabled: false })

  if (end?.code === 'account_inactive') return <AccessEndedPage at={end.at} />
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      {frame === 'shell' && mine ? (
        <Suspense>
          <Frame mine={mine}>{allows(access, mine.role) ? <Outlet /> : <NotAllowedPage role={mine.role} />}</Frame>
        </Suspense>
      ) : (
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      )}
      {over && (
        <Suspense>
          <SessionOverDialog onLeave={over.leave} />
        </Suspense>
      )}
    </>
  )
}

/**
 * The session is over: to the sign-in page, and back to where they were afterwards. Where something is typed, that is
 * asked first.
 */
function useSignInAgain(isOver: boolean): { leave: () => void } | null {
  const router = useRouter()
  const leave = useCallback(() => {
    const { pathname, href } = router.state.location
    const away =
      pathname === '/sign-in'
        ? Promise.resolve()
        : router.navigate({ to: '/sign-in', search: { next: href }, replace: true, ignoreBlocker: true })
    void away.then(() => {
      forget(queryClient)
      accessIsBack()
    })
  }, [router])
  const isAsked = isOver && isAnythingUnsaved()
  useEffect(() => {
    if (isOver && !isAsked) leave()
  }, [isOver, isAsked, leave])
  return isAsked ? { leave } : null
}
