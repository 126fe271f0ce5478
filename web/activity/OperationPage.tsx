import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core'
import { IconChevronLeft, IconTable } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import type { getOperation } from '#contract/lifecycle.ts'
import { useMe } from '#web/api/me.ts'
import { notFoundIfNoId } from '#web/api/refused.ts'
import { showDate, showInstant } from '#web/parts/dates.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { PageSkeleton } from '#web/parts/PageSkeleton.tsx'
import { operation } from './activity.queries.ts'
import { OperationProgress } from './OperationProgress.tsx'
import { Counts } from './OperationWords.tsx'
import { OutcomeList } from './OutcomeList.tsx'
import { UndoButton } from './UndoButton.tsx'

const route = getRouteApi('/activity/$operationId')
type One = Answer<typeof getOperation>
type Words = ReturnType<typeof useTranslation<'activity'>>['t']

/** B4, B5: one operation, what became of each person, and the way back. */
export function OperationPage() {
  const { t } = useTranslation('activity')
  const { operationId } = route.useParams()
  const asked = useQuery(operation(operationId))
  return (
    <>
      <Anchor component={Link} to="/activity" size="sm">
        <Group gap={2} component="span">
          <IconChevronLeft size={16} aria-hidden /> {t('back')}
        </Group>
      </Anchor>
      {asked.isError && <Failure error={notFoundIfNoId(asked.error)} onRetry={() => void asked.refetch()} />}
      {asked.isPending && <PageSkeleton />}
      {asked.data && <Told one={asked.data} />}
    </>
  )
}

function Told({ one }: { one: One }) {
  const { t } = useTranslation('activity')
  const isOver = one.state === 'finished' || one.state === 'cancelled'
  return (
    <>
      <PageTitle
        title={titleOf(one, t)}
        subtitle={<Counts operation={one} />}
        action={isOver && <UndoButton one={one} />}
      />
      <Stack gap="lg">
        <OperationProgress operation={one} />
        <Facts one={one} />
        {one.kind === 'import' ? <RowsOfImport one={one} /> : <OutcomeList operation={one} />}
      </Stack>
    </>
  )
}

function titleOf({ kind, changed, person, deactivationDate }: One, t: Words): string {
  if (person === null || changed === 0) return t(`operation.${kind}`, { count: changed })
  return t(`operationOf.${kind}`, { name: person, date: deactivationDate && showDate(deactivationDate) })
}

/** An import is told row by row: not every row is somebody. */
function RowsOfImport({ one: { importId } }: { one: One }) {
  const { t } = useTranslation('activity')
  if (importId === null) return <Text c="dimmed">{t('rowsAreGone')}</Text>
  return (
    <Group>
      <Button
        component={Link}
        to={`/people/import/${importId}`}
        variant="default"
        leftSection={<IconTable size={16} />}
      >
        {t('rowsOfImport')}
      </Button>
    </Group>
  )
}

function Facts({ one }: { one: One }) {
  const { t } = useTranslation('activity')
  const { account } = useMe()
  const rows = [
    [t('who'), one.by ?? t('nobody')],
    [t('when'), showInstant(one.startedAt, account.timeZone)],
    [t('selected'), one.selected.toLocaleString('en')],
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
      {one.state !== 'running' && one.state !== 'paused' && <Text c="dimmed">{wayBack(one, t)}</Text>}
    </Stack>
  )
}

/** Why the undo reaches fewer than were changed, or nobody. */
function wayBack({ kind, changed, undoable, undoneBy }: One, t: Words): string | null {
  if (undoneBy) return t('undoneAlready')
  if (changed === 0) return t('changedNobody')
  if (kind === 'import') return t('undoImport')
  if (undoable === 0) return t('nothingToUndo')
  return undoable !== null && undoable < changed ? t('changedSince', { count: changed - undoable }) : null
}

function OtherOperation({ id }: { id: string }) {
  const { t } = useTranslation('activity')
  return (
    <Anchor component={Link} to={`/activity/${id}`}>
      {t('openIt')}
    </Anchor>
  )
}
