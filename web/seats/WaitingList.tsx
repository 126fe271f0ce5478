import { Anchor, Button, Skeleton, Stack, Table, Text } from '@mantine/core'
import { IconArmchair } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { listUsers } from '#contract/people.ts'
import { ask } from '#web/api/ask.ts'
import { ActivateDialog } from '#web/lifecycle/ActivateDialog.tsx'
import type { Chosen } from '#web/lifecycle/ChangeDialog.tsx'
import { Ago } from '#web/parts/Ago.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'

const route = getRouteApi('/seats')

/** T3: who waits for a seat, in their order. */
export function WaitingList() {
  const { t } = useTranslation('seats')
  const { cursor } = route.useSearch()
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const asked = useQuery({
    ...ask(listUsers, { status: ['waiting'], sort: 'statusSince', ...(cursor && { cursor }) }),
    placeholderData: keepPreviousData,
  })
  if (asked.isError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={320} />
  if (asked.data.items.length === 0) return <EmptyState icon={IconArmchair} title={t('nobodyWaits')} text={t('nobodyWaitsText')} />
  return (
    <Stack gap="md">
      <Text>{t('waitingText')}</Text>
      <Table.ScrollContainer minWidth={560} type="native">
        <Table aria-label={t('tabWaiting')}>
          <Table.Thead>
            <Table.Tr>
              {!cursor && <Table.Th w={48}>{t('place')}</Table.Th>}
              <Table.Th>{t('name')}</Table.Th>
              <Table.Th>{t('email')}</Table.Th>
              <Table.Th>{t('since')}</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {asked.data.items.map(({ id, firstName, lastName, email, statusSince }, place) => (
              <Table.Tr key={id}>
                {!cursor && <Table.Td>{place + 1}</Table.Td>}
                <Table.Td>
                  <Anchor component={Link} to={`/people/${id}`} c="inherit" fw={500}>
                    {firstName} {lastName}
                  </Anchor>
                </Table.Td>
                <Table.Td>{email}</Table.Td>
                <Table.Td>
                  <Ago at={statusSince} />
                </Table.Td>
                <Table.Td ta="end">
                  <Button
                    variant="default"
                    size="xs"
                    onClick={() => setChosen({ users: { ids: [id] }, count: 1, name: `${firstName} ${lastName}` })}
                  >
                    {t('activate')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Pager
        next={asked.data.next}
        previous={asked.data.previous}
        onPage={(next) => void navigate({ to: '/seats', search: { tab: 'waiting', cursor: next } })}
      />
      {chosen && <ActivateDialog opened chosen={chosen} onClose={() => setChosen(null)} />}
    </Stack>
  )
}
