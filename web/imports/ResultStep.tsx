import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Import } from '#contract/imports.ts'
import { operation } from '#web/activity/activity.queries.ts'
import { OperationProgress } from '#web/activity/OperationProgress.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageSkeleton } from '#web/parts/PageSkeleton.tsx'
import { ImportHead } from './ImportHead.tsx'
import { RowList } from './RowList.tsx'

/** The last step: how far the run is, then what became of each row (B4), and what an undo takes back. */
export function ResultStep({ one, operationId }: { one: Import; operationId: string }) {
  const { t } = useTranslation('imports')
  const asked = useQuery(operation(operationId))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (!asked.data) return <PageSkeleton />
  const { state } = asked.data
  const isOver = state === 'finished' || state === 'cancelled'
  return (
    <>
      <ImportHead
        step="result"
        subtitle={t(state === 'finished' ? 'finished' : state === 'cancelled' ? 'cancelled' : 'running')}
        action={
          isOver && (
            <Group gap="xs">
              <Button component={Link} to="/people/import" variant="default">
                {t('another')}
              </Button>
              <Button component={Link} to="/people">
                {t('toPeople')}
              </Button>
            </Group>
          )
        }
      />
      <Stack gap="md">
        <OperationProgress operation={asked.data} />
        {isOver && (
          <>
            <Text size="sm" c="dimmed" maw={720}>
              {t('undoText')}{' '}
              <Anchor component={Link} to={`/activity/${operationId}`} inherit underline="always">
                {t('toOperation')}
              </Anchor>
            </Text>
            <RowList one={one} />
          </>
        )}
      </Stack>
    </>
  )
}
