import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { notFoundIfNoId } from '#web/api/refused.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { PageSkeleton } from '#web/parts/PageSkeleton.tsx'
import { ColumnsStep } from './ColumnsStep.tsx'
import { theImport } from './imports.queries.ts'
import { PreviewStep } from './PreviewStep.tsx'
import { ResultStep } from './ResultStep.tsx'

const route = getRouteApi('/people/import/$importId')

/** An import at the step that it is at: its address can be left and opened again. */
export function OneImportPage() {
  const { importId } = route.useParams()
  const { step } = route.useSearch()
  const asked = useQuery(theImport(importId))
  if (asked.isLoadingError) return <Failure error={notFoundIfNoId(asked.error)} onRetry={() => void asked.refetch()} />
  if (!asked.data) return <PageSkeleton />
  const one = asked.data
  if (one.operationId !== null) return <ResultStep one={one} operationId={one.operationId} />
  if (one.state === 'checked' && step !== 'columns') return <PreviewStep one={one} />
  return <ColumnsStep one={one} />
}
