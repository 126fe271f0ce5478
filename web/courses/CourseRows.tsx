import { Anchor, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { CourseRow } from '#contract/courses.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { Cover } from './Cover.tsx'
import { StateBadge } from './StateBadge.tsx'

/** Courses of a page of the list. */
export function CourseRows({ items }: { items: readonly CourseRow[] | undefined }) {
  const { t } = useTranslation('courses')
  const columns: Column<CourseRow>[] = [
    {
      label: t('courseTitle'),
      kind: 'title',
      render: ({ id, title, coverFileId }) => (
        <Group gap="sm" wrap="nowrap">
          <Cover fileId={coverFileId} size="row" />
          <Anchor component={Link} to={`/courses/${id}`} c="inherit" fw={500} maw={420} truncate title={title}>
            {title}
          </Anchor>
        </Group>
      ),
    },
    { label: t('stateLabel'), render: ({ state }) => <StateBadge state={state} /> },
    { label: t('modules'), kind: 'number', render: ({ modules }) => modules.toLocaleString('en') },
    { label: t('enrolled'), kind: 'number', render: ({ enrolled }) => enrolled.toLocaleString('en') },
    { label: t('completed'), kind: 'number', render: (row) => completedOf(row) },
    {
      label: t('changed'),
      render: ({ changedAt }) => (
        <Text component="span" c="dimmed">
          <Ago at={changedAt} />
        </Text>
      ),
    },
  ]
  return <DataTable label={t('title')} columns={columns} rows={items} keyOf={({ id }) => id} minWidth={760} />
}

/** In percent of those who have it, to one decimal as in the reports; of nobody there is none. */
const completedOf = ({ enrolled, completed }: CourseRow): string =>
  enrolled === 0 ? '–' : `${Math.round((completed * 1000) / enrolled) / 10} %`
