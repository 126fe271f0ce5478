import { Button, Group, SegmentedControl, Select, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { listCourses } from '#contract/courses.ts'
import { ask } from '#web/api/ask.ts'
import { useMe } from '#web/api/me.ts'
import { departmentOptions, departments, groups } from '#web/parts/choices.queries.ts'
import { DateField } from '#web/parts/DateField.tsx'
import { showDate } from '#web/parts/dates.ts'
import { noDate } from '#web/parts/typed-date.ts'
import type { ReportProps } from './ReportsPage.tsx'
import classes from './ReportsPage.module.css'
import type { ReportSearch, Tab } from './reports.queries.ts'

type Filter = 'status' | 'asOf' | 'departmentId' | 'groupId' | 'from' | 'to' | 'by' | 'courseId'

const people: readonly Filter[] = ['status', 'departmentId', 'groupId']
const filtersOf: Record<Tab, readonly Filter[]> = {
  courses: [...people, 'asOf'],
  departments: [...people, 'asOf', 'courseId'],
  people: [...people, 'asOf'],
  completions: [...people, 'courseId', 'from', 'to', 'by'],
  'sign-ins': [...people, 'from', 'to', 'by'],
  lifecycle: [...people, 'from', 'to'],
  seats: [],
}
const ratedTabs: readonly Tab[] = ['courses', 'departments']

/** Whom a report speaks of, and of which time; and in a sentence what that means for its rates (C7.81). */
export function ReportFilters({ tab, search, onSearch }: ReportProps & { tab: Tab }) {
  const { t } = useTranslation('reports')
  const { account } = useMe()
  const known = filtersOf[tab]
  const allDepartments = useQuery(departments()).data?.items ?? []
  const allGroups = useQuery(groups()).data?.items ?? []
  const courses =
    useQuery({ ...ask(listCourses, { limit: 200 }), enabled: known.includes('courseId') }).data?.items ?? []
  const status = search.status ?? (ratedTabs.includes(tab) ? 'active' : 'all')
  const isFiltered = known.some((name) => search[name] !== undefined)
  if (known.length === 0) return null

  const date = (name: 'asOf' | 'from' | 'to') => (
    <DateField
      aria-label={t(name)}
      placeholder={t(name)}
      maxDate={account.today}
      value={search[name] ?? null}
      onChange={(chosen) => chosen !== noDate && onSearch({ [name]: chosen ?? undefined })}
      clearable
      w={170}
    />
  )
  return (
    <>
      <Group gap="xs" className={classes.notPrinted}>
        <SegmentedControl
          aria-label={t('status')}
          data={(['active', 'inactive', 'all'] as const).map((value) => ({ value, label: t(`statuses.${value}`) }))}
          value={status}
          onChange={(value) => onSearch({ status: value })}
        />
        {known.includes('asOf') && date('asOf')}
        <Select
          aria-label={t('department')}
          placeholder={t('anyDepartment')}
          data={departmentOptions(allDepartments)}
          value={search.departmentId ?? null}
          onChange={(id) => onSearch({ departmentId: id ?? undefined })}
          searchable
          clearable
        />
        <Select
          aria-label={t('group')}
          placeholder={t('anyGroup')}
          data={allGroups.map(({ id, name }) => ({ value: id, label: name }))}
          value={search.groupId ?? null}
          onChange={(id) => onSearch({ groupId: id ?? undefined })}
          searchable
          clearable
        />
        {known.includes('courseId') && (
          <Select
            aria-label={t('course')}
            placeholder={t('anyCourse')}
            data={courses.map(({ id, title }) => ({ value: id, label: title }))}
            value={search.courseId ?? null}
            onChange={(id) => onSearch({ courseId: id ?? undefined })}
            searchable
            clearable
          />
        )}
        {known.includes('from') && date('from')}
        {known.includes('to') && date('to')}
        {known.includes('by') && (
          <Select
            aria-label={t('by')}
            data={(['day', 'week', 'month'] as const).map((value) => ({ value, label: t(`steps.${value}`) }))}
            value={search.by ?? (tab === 'completions' ? 'week' : 'day')}
            onChange={(by) => onSearch({ by: (by as ReportSearch['by']) ?? undefined })}
            allowDeselect={false}
            w={130}
          />
        )}
        {isFiltered && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconX size={16} />}
            onClick={() => onSearch(Object.fromEntries(known.map((name) => [name, undefined])))}
          >
            {t('clearFilters')}
          </Button>
        )}
      </Group>
      <Text c="dimmed" size="sm">
        {[
          t(`speaksOf.${ratedTabs.includes(tab) ? 'rates' : 'lists'}.${status}`),
          search.asOf && t('asOfDay', { date: showDate(search.asOf) }),
          search.departmentId &&
            t('ofDepartment', { name: allDepartments.find(({ id }) => id === search.departmentId)?.name }),
          search.groupId && t('ofGroup', { name: allGroups.find(({ id }) => id === search.groupId)?.name }),
        ]
          .filter((part) => part)
          .join(' ')}
      </Text>
    </>
  )
}
