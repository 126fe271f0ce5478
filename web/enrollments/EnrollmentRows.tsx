import { Anchor, Group, Menu, Progress, Stack, Text } from '@mantine/core'
import { IconCalendar, IconListDetails, IconRefresh, IconUserMinus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Enrollment } from '#contract/enrollments.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { showDate } from '#web/parts/dates.ts'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { type EnrollmentAction, EnrollmentDialogs } from './EnrollmentDialogs.tsx'
import { EnrollmentDrawer } from './EnrollmentDrawer.tsx'
import { LearningStateBadge } from './LearningStateBadge.tsx'

interface EnrollmentRowsProps {
  /** Undefined while they are on their way. */
  items: readonly Enrollment[] | undefined
  /** What the rows are of: they are titled by the other. */
  of: 'course' | 'person'
  label: string
}

type Open = { action: EnrollmentAction | 'details'; enrollment: Enrollment }

/** Enrollments with all that can be done with each. */
export function EnrollmentRows({ items, of, label }: EnrollmentRowsProps) {
  const { t } = useTranslation('enrollments')
  const [open, setOpen] = useState<Open | null>(null)
  const columns: Column<Enrollment>[] = [
    of === 'course' ? personColumn(t('person')) : courseColumn(t('course'), t('optional')),
    { label: t('stateLabel'), render: (enrollment) => <State enrollment={enrollment} /> },
    { label: t('progress'), render: ({ progress }) => <Percent of={progress} /> },
    {
      label: t('score'),
      kind: 'number',
      render: ({ score }) => (score === null ? null : t('percent', { percent: Math.round(score) })),
    },
    { label: t('dueOn'), render: ({ dueDate }) => dueDate && showDate(dueDate) },
    { label: t('givenBy'), render: ({ givenBy }) => givenBy ?? t('byHand') },
    { label: t('enrolledAt'), render: ({ enrolledAt }) => <Ago at={enrolledAt} /> },
    {
      label: t('actions'),
      kind: 'actions',
      render: (enrollment) => (
        <RowMenu
          enrollment={enrollment}
          name={of === 'course' ? enrollment.userName : enrollment.courseTitle}
          onAction={(action) => setOpen({ action, enrollment })}
        />
      ),
    },
  ]
  return (
    <>
      <DataTable label={label} columns={columns} rows={items} keyOf={({ id }) => id} minWidth={860} />
      {open && open.action !== 'details' && (
        <EnrollmentDialogs action={open.action} enrollment={open.enrollment} onClose={() => setOpen(null)} />
      )}
      <EnrollmentDrawer
        enrollment={open?.action === 'details' ? open.enrollment : null}
        onClose={() => setOpen(null)}
      />
    </>
  )
}

const personColumn = (label: string): Column<Enrollment> => ({
  label,
  kind: 'title',
  render: ({ userId, userName, email }) => (
    <Stack gap={0}>
      <Anchor component={Link} to={`/people/${userId}`} c="inherit" fw={500}>
        {userName}
      </Anchor>
      <Text size="sm" c="dimmed">
        {email}
      </Text>
    </Stack>
  ),
})

const courseColumn = (label: string, optional: string): Column<Enrollment> => ({
  label,
  kind: 'title',
  render: ({ courseId, courseTitle, isMandatory }) => (
    <Group gap="xs">
      <Anchor component={Link} to={`/courses/${courseId}`} c="inherit" fw={500}>
        {courseTitle}
      </Anchor>
      {!isMandatory && (
        <Text size="sm" c="dimmed">
          {optional}
        </Text>
      )}
    </Group>
  ),
})

function State({ enrollment: { state, isCurrent, withdrawnAt, round } }: { enrollment: Enrollment }) {
  const { t } = useTranslation('enrollments')
  return (
    <Group gap="xs">
      <LearningStateBadge state={state} />
      {!isCurrent && (
        <Text size="sm" c="dimmed">
          {withdrawnAt ? t('withdrawn') : t('replaced')}
        </Text>
      )}
      {round > 1 && (
        <Text size="sm" c="dimmed">
          {t('round', { round })}
        </Text>
      )}
    </Group>
  )
}

function Percent({ of: percent }: { of: number }) {
  const { t } = useTranslation('enrollments')
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress value={percent} w={64} aria-label={t('progressOf', { percent })} />
      <Text size="sm">{t('percent', { percent })}</Text>
    </Group>
  )
}

interface RowMenuProps {
  enrollment: Enrollment
  name: string
  onAction: (action: Open['action']) => void
}

function RowMenu({ enrollment: { isCurrent, status }, name, onAction }: RowMenuProps) {
  const { t } = useTranslation('enrollments')
  return (
    <MoreMenu label={t('more', { name })}>
      <Menu.Item leftSection={<IconListDetails size={16} />} onClick={() => onAction('details')}>
        {t('details')}
      </Menu.Item>
      {isCurrent && (
        <>
          <Menu.Item leftSection={<IconCalendar size={16} />} onClick={() => onAction('due')}>
            {t('changeDue')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconRefresh size={16} />}
            disabled={status === 'inactive'}
            title={status === 'inactive' ? t('isInactive') : undefined}
            onClick={() => onAction('retake')}
          >
            {t('retake')}
          </Menu.Item>
          <Menu.Item leftSection={<IconUserMinus size={16} />} color="red" onClick={() => onAction('unenroll')}>
            {t('unenroll')}
          </Menu.Item>
        </>
      )}
    </MoreMenu>
  )
}
