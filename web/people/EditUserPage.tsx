import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Failure } from '#web/parts/Failure.tsx'
import { EditUser } from './EditUser.tsx'
import { person } from './people.queries.ts'

const route = getRouteApi('/people/$userId')

/** One person: General, Groups, History. */
export function EditUserPage() {
  const { userId } = route.useParams()
  const asked = useQuery(person(userId))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <LoadingForm />
  return <EditUser key={userId} person={asked.data} />
}

function LoadingForm() {
  return (
    <Stack gap="md" aria-hidden>
      <Skeleton height={56} />
      <Skeleton height={40} width={280} />
      <Skeleton height={320} maw={720} />
    </Stack>
  )
}
