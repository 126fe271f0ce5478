import { ActionIcon, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { assign, type Assignment, endAssignment } from '#contract/enrollments.ts'
import { allows } from '#contract/roles.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { showDate } from '#web/parts/dates.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { GiveCourseDialog } from './GiveCourseDialog.tsx'
import { given } from './enrollments.queries.ts'

/** A group or a department. */
export interface Receiver {
  readonly target: { groupId: string } | { departmentId: string }
  readonly name: string
}

/** The courses given to a group or a department: to whoever belongs to it now and later. */
export function GivenCourses({ target, name }: Receiver) {
  const { t } = useTranslation('enrollments')
  const { role } = useMe()
  const asked = useQuery(given(target))
  const [isGiving, setIsGiving] = useState(false)
  const [ending, setEnding] = useState<Assignment | null>(null)
  const mayChange = allows(assign.access, role)
  return (
    <Stack gap="sm" component="section">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('given')}
        </Title>
        {mayChange && (
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setIsGiving(true)}>
            {t('give')}
          </Button>
        )}
      </Group>
      <Text c="dimmed" size="sm">
        {t('groupId' in target ? 'givenToGroup' : 'givenToDepartment')}
      </Text>
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && <Text>{t('nothingGiven', { name })}</Text>}
      {!asked.isError && asked.data?.items.length !== 0 && (
        <Rows items={asked.data?.items} onEnd={mayChange ? setEnding : null} />
      )}
      {isGiving && <GiveCourseDialog target={target} name={name} onClose={() => setIsGiving(false)} />}
      {ending && <EndDialog assignment={ending} name={name} onClose={() => setEnding(null)} />}
    </Stack>
  )
}

interface RowsProps {
  items: readonly Assignment[] | undefined
  /** Null: they may only look. */
  onEnd: ((assignment: Assignment) => void) | null
}

function Rows({ items, onEnd }: RowsProps) {
  const { t } = useTranslation('enrollments')
  const columns: Column<Assignment>[] = [
    { label: t('course'), kind: 'title', render: ({ courseTitle }) => <Text fw={500}>{courseTitle}</Text> },
    { label: t('mandatory'), render: ({ isMandatory }) => t(isMandatory ? 'mandatory' : 'optional') },
    {
      label: t('dueOn'),
      render: ({ dueDate, dueDays }) =>
        dueDate ? showDate(dueDate) : dueDays ? t('withinDays', { count: dueDays }) : t('noDue'),
    },
  ]
  const end: Column<Assignment> = {
    label: t('actions'),
    kind: 'actions',
    render: (assignment) => (
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('stop', { course: assignment.courseTitle })}
        onClick={() => onEnd?.(assignment)}
      >
        <IconX size={16} />
      </ActionIcon>
    ),
  }
  return (
    <DataTable
      label={t('given')}
      columns={onEnd ? [...columns, end] : columns}
      rows={items}
      keyOf={({ id }) => id}
      minWidth={400}
    />
  )
}

interface EndDialogProps {
  assignment: Assignment
  name: string
  onClose: () => void
}

function EndDialog({ assignment: { id, courseTitle: course }, name, onClose }: EndDialogProps) {
  const { t } = useTranslation('enrollments')
  const queryClient = useQueryClient()
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('stopTitle', { course, name })}
      confirm={t('stopConfirm')}
      onConfirm={async () => {
        await call(endAssignment, { assignmentId: id })
        void askAgain(queryClient)
        toastDone({ title: t('stopped', { course, name }) })
      }}
    >
      <Text>{t('stopText')}</Text>
    </ConfirmDialog>
  )
}
