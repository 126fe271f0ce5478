import { Button, Skeleton, Stack } from '@mantine/core'
import { IconUser } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Refused } from '#web/api/refused.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { EditUser } from './EditUser.tsx'
import { person } from './people.queries.ts'

const route = getRouteApi('/people/$userId')

/** One person: General, Groups, History. */
export function EditUserPage() {
  const { userId } = route.useParams()
  const asked = useQuery(person(userId))
  if (asked.isLoadingError && isUnknown(asked.error)) return <Gone />
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <LoadingForm />
  return <EditUser key={userId} person={asked.data} />
}

/** No such id, or no id at all. */
const isUnknown = (error: unknown): boolean =>
  error instanceof Refused && (error.code === 'not_found' || error.code === 'invalid_input')

function Gone() {
  const { t } = useTranslation('people')
  const toPeople = (
    <Button component={Link} to="/people" variant="default">
      {t('toPeople')}
    </Button>
  )
  return <EmptyState icon={IconUser} title={t('gone')} text={t('goneText')} action={toPeople} />
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
