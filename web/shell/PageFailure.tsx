import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'

/** A page could not be loaded, or broke. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('shell')
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  const retry = (): void => {
    queries.reset()
    reset()
    void router.invalidate()
  }
  return (
    <div className="alone">
      <PageTitle title={t('failureTitle')} />
      <Failure error={error} onRetry={retry} />
    </div>
  )
}
