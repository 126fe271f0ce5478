import { Anchor, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { listUsers, type PersonRow } from '#contract/people.ts'
import { ask } from '#web/api/ask.ts'
import { useMe } from '#web/api/me.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { StatusBadge } from '#web/parts/StatusBadge.tsx'

const shown = 5
/** As many as are worth sorting here: the server has no order by date. */
const most = 100

const byDate = (a: PersonRow, b: PersonRow): number =>
  (a.deactivationDate ?? '').localeCompare(b.deactivationDate ?? '')

/** Who leaves next, and with them their seat. */
export function LeavingNext() {
  const { t } = useTranslation('seats')
  const { account } = useMe()
  const asked = useQuery(ask(listUsers, { status: ['leaving'], limit: most }))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={200} />
  const { items, next } = asked.data
  if (items.length === 0) return null
  const first = next === null ? [...items].sort(byDate).slice(0, shown) : []
  return (
    <Card>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2}>{t('leavingNext')}</Title>
          <Anchor component={Link} to="/people?status=leaving">
            {next === null ? t('seeAll', { count: items.length }) : t('seeMany', { count: most })}
          </Anchor>
        </Group>
        {first.map((person) => (
          <Group key={person.id} justify="space-between" gap="xs">
            <Anchor component={Link} to={`/people/${person.id}`} c="inherit" fw={500}>
              {person.firstName} {person.lastName}
            </Anchor>
            <StatusBadge status={person} zone={account.timeZone} />
          </Group>
        ))}
        {first.length === 0 && <Text c="dimmed">{t('manyLeave')}</Text>}
      </Stack>
    </Card>
  )
}
