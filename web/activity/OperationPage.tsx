import { Anchor, Button, SegmentedControl, Skeleton, Stack, Table, Text } from '@mantine/core'
import { IconArrowBackUp, IconChevronLeft } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { type getOperation, Outcome, undoOperation } from '#contract/lifecycle.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { tellDone } from '#web/lifecycle/tell-done.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { showDate, showInstant } from '#web/parts/dates.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { operation, outcomes } from './activity.queries.ts'
import { Counts, KindOf } from './OperationList.tsx'

const route = getRouteApi('/activity/$operationId')
type One = Answer<typeof getOperation>

/** B4, B5: one operation, what became of each person, and the way back. */
export function OperationPage() {
  const { operationId } = route.useParams()
  const asked = useQuery(operation(operationId))
  if (asked.isError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={320} />
  return <Told one={asked.data} />
}

function Told({ one }: { one: One }) {
  const { t } = useTranslation('activity')
  const { account } = useMe()
  const [asks, setAsks] = useState(false)
  const queryClient = useQueryClient()
  return (
    <>
      <Anchor component={Link} to="/activity" size="sm">
        <IconChevronLeft size={14} aria-hidden /> {t('back')}
      </Anchor>
      <PageTitle
        title={t(`kind.${one.kind}`)}
        subtitle={
          <>
            <Counts operation={one} /> · {t('startedBy', { name: one.by ?? t('nobody'), when: showInstant(one.startedAt, account.timeZone) })}
          </>
        }
        action={
          <Button leftSection={<IconArrowBackUp size={16} />} disabled={one.undoable === 0} onClick={() => setAsks(true)}>
            {one.undoable > 0 ? t('undoFor', { count: one.undoable }) : t('undo')}
          </Button>
        }
      />
      <Stack gap="lg">
        <Facts one={one} />
        <Outcomes operationId={one.id} />
      </Stack>
      <ConfirmDialog
        opened={asks}
        onClose={() => setAsks(false)}
        title={t('undoTitle', { count: one.undoable })}
        confirm={t('undo')}
        onConfirm={async () => tellDone(queryClient, await call(undoOperation, { operationId: one.id }))}
      >
        {t('undoText')}
      </ConfirmDialog>
    </>
  )
}

function Facts({ one }: { one: One }) {
  const { t } = useTranslation('activity')
  const rows = [
    [t('what'), <KindOf key="what" operation={one} />],
    [t('selected'), one.selected],
    [t('reason'), one.reason],
    [t('lastDay'), one.deactivationDate && showDate(one.deactivationDate)],
    [t('undoes'), one.undoes && <OtherOperation key="undoes" id={one.undoes} />],
    [t('undoneBy'), one.undoneBy && <OtherOperation key="undone" id={one.undoneBy} />],
  ] as const
  return (
    <Stack gap="xs">
      <Table variant="vertical" layout="fixed" maw={640} withTableBorder aria-label={t('facts')}>
        <Table.Tbody>
          {rows.map(
            ([label, value]) =>
              value !== null && (
                <Table.Tr key={label}>
                  <Table.Th w={180}>{label}</Table.Th>
                  <Table.Td>{value}</Table.Td>
                </Table.Tr>
              ),
          )}
        </Table.Tbody>
      </Table>
      {one.undoable === 0 && <Text c="dimmed">{t('nothingToUndo')}</Text>}
    </Stack>
  )
}

function OtherOperation({ id }: { id: string }) {
  const { t } = useTranslation('activity')
  return (
    <Anchor component={Link} to={`/activity/${id}`}>
      {t('openIt')}
    </Anchor>
  )
}

function Outcomes({ operationId }: { operationId: string }) {
  const { t } = useTranslation('activity')
  const search = route.useSearch()
  const navigate = useNavigate()
  const asked = useQuery(outcomes(operationId, search))
  const go = (to: { outcome?: Outcome['outcome']; cursor?: string }): void =>
    void navigate({ to: '/activity/$operationId', params: { operationId }, search: to, replace: true })
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={t('outcome')}
        data={[
          { value: '', label: t('anyOutcome') },
          ...Outcome.shape.outcome.options.map((outcome) => ({ value: outcome, label: t(`outcomes.${outcome}`) })),
        ]}
        value={search.outcome ?? ''}
        onChange={(outcome) => go(outcome ? { outcome: outcome as Outcome['outcome'] } : {})}
        w="fit-content"
      />
      {asked.isPending && <Skeleton height={200} />}
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data && (
        <Table.ScrollContainer minWidth={480} type="native">
          <Table aria-label={t('outcome')}>
            <Table.Tbody>
              {asked.data.items.map(({ userId, name, email, outcome, refusal }) => (
                <Table.Tr key={userId}>
                  <Table.Td>
                    {name ? (
                      <Anchor component={Link} to={`/people/${userId}`} c="inherit" fw={500}>
                        {name}
                      </Anchor>
                    ) : (
                      t('deletedPerson')
                    )}
                  </Table.Td>
                  <Table.Td>{email}</Table.Td>
                  <Table.Td>{t(`outcomes.${outcome}`)}</Table.Td>
                  <Table.Td>{refusal && t(`refusal.${refusal}`)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {asked.data && (
        <Pager
          next={asked.data.next}
          previous={asked.data.previous}
          onPage={(cursor) => go({ ...(search.outcome && { outcome: search.outcome }), cursor })}
        />
      )}
    </Stack>
  )
}
