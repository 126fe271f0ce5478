import { Badge, Drawer, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import type { Enrollment, getEnrollment } from '#contract/enrollments.ts'
import { useMe } from '#web/api/me.ts'
import { showDay, showInstant } from '#web/parts/dates.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { enrollment as one } from './enrollments.queries.ts'
import { LearningStateBadge } from './LearningStateBadge.tsx'

interface EnrollmentDrawerProps {
  /** Null: closed. */
  enrollment: Enrollment | null
  onClose: () => void
}

/** What somebody did in a course, module by module, with every attempt (S4). */
export function EnrollmentDrawer({ enrollment, onClose }: EnrollmentDrawerProps) {
  const { t } = useTranslation(['enrollments', 'parts'])
  return (
    <Drawer
      opened={enrollment !== null}
      onClose={onClose}
      position="right"
      size="md"
      title={enrollment && `${enrollment.userName} · ${enrollment.courseTitle}`}
      closeButtonProps={{ 'aria-label': t('parts:close') }}
    >
      {enrollment && <Details id={enrollment.id} />}
    </Drawer>
  )
}

function Details({ id }: { id: string }) {
  const { t } = useTranslation('enrollments')
  const { account } = useMe()
  const asked = useQuery(one(id))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={320} />
  const { enrollment, modules } = asked.data
  const at = (instant: string | null): string => (instant ? showInstant(instant, account.timeZone) : t('never'))
  return (
    <Stack gap="md">
      <Group gap="sm">
        <LearningStateBadge state={enrollment.state} />
        <Text>{t('progressOf', { percent: enrollment.progress })}</Text>
      </Group>
      <List size="sm" listStyleType="none">
        <List.Item>
          {t('started')}: {at(enrollment.startedAt)}
        </List.Item>
        <List.Item>
          {t('completed')}: {at(enrollment.completedAt)}
        </List.Item>
        <List.Item>
          {t('spent')}: {t('minutes', { count: minutesOf(enrollment.seconds) })}
        </List.Item>
      </List>
      <Title order={3} size="h4">
        {t('modules')}
      </Title>
      <Stack gap="sm" component="ul" p={0} m={0}>
        {modules.map((module) => (
          <Module key={module.moduleId} module={module} zone={account.timeZone} />
        ))}
      </Stack>
    </Stack>
  )
}

const colors = { not_started: 'gray', started: 'blue', completed: 'green', failed: 'red' } as const
const minutesOf = (seconds: number): number => Math.round(seconds / 60)

function Module({ module, zone }: { module: Answer<typeof getEnrollment>['modules'][number]; zone: string }) {
  const { t } = useTranslation('enrollments')
  const { title, state, score, seconds, isRemoved, isRequired, attempts } = module
  const facts = [
    isRemoved && t('removed'),
    !isRequired && t('notRequired'),
    score !== null && t('percent', { percent: Math.round(score) }),
    seconds > 0 && t('minutes', { count: minutesOf(seconds) }),
  ].filter((fact) => fact !== false)
  return (
    <Stack gap={2} component="li">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={500}>{title}</Text>
        <Badge variant="light" color={colors[state]} radius="sm">
          {t(`moduleState.${state}`)}
        </Badge>
      </Group>
      {facts.length > 0 && (
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      )}
      {attempts.map(({ number, score: points, isPassed, finishedAt }) => (
        <Text key={number} size="sm" c="dimmed">
          {t('attempt', {
            number,
            score: Math.round(points),
            result: t(isPassed ? 'passed' : 'failed'),
            date: showDay(finishedAt, zone),
          })}
        </Text>
      ))}
    </Stack>
  )
}
