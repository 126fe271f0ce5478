import { Button, Group, Menu, Stack, Tabs, Text } from '@mantine/core'
import { IconDownload, IconPrinter } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { CompletionsReport } from './CompletionsReport.tsx'
import { CoursesReport } from './CoursesReport.tsx'
import { DepartmentsReport } from './DepartmentsReport.tsx'
import { LifecycleReport } from './LifecycleReport.tsx'
import { PeopleReport } from './PeopleReport.tsx'
import { ReportFilters } from './ReportFilters.tsx'
import { changedSearch, fileOf, type ReportChange, type ReportSearch, type Tab, tabs } from './reports.queries.ts'
import classes from './ReportsPage.module.css'
import { SeatsReport } from './SeatsReport.tsx'
import { SignInsReport } from './SignInsReport.tsx'

const route = getRouteApi('/reports')

const reports: Record<Tab, (props: ReportProps) => React.ReactNode> = {
  courses: CoursesReport,
  departments: DepartmentsReport,
  people: PeopleReport,
  completions: CompletionsReport,
  'sign-ins': SignInsReport,
  lifecycle: LifecycleReport,
  seats: SeatsReport,
}

export interface ReportProps {
  search: ReportSearch
  onSearch: (change: ReportChange) => void
}

/** What is learnt, who comes and goes, and how the seats are used: charts, the same figures as a table, and as a file. */
export function ReportsPage() {
  const { t } = useTranslation('reports')
  const search = route.useSearch()
  const navigate = useNavigate()
  const { tab = 'courses' } = search
  const Report = reports[tab]
  const go = (to: ReportSearch): void => void navigate({ to: '/reports', search: to, replace: true })
  const change = (part: ReportChange): void => go(changedSearch(search, { cursor: undefined, ...part }))
  return (
    <div className={classes.report}>
      <PageTitle
        title={t('title')}
        action={
          <Group gap="xs" className={classes.notPrinted}>
            <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
              {t('print')}
            </Button>
            <Export tab={tab} search={search} />
          </Group>
        }
        tabs={
          <Tabs value={tab} onChange={(next) => go({ tab: next as Tab })} className={classes.notPrinted}>
            <Tabs.List>
              {tabs.map((name) => (
                <Tabs.Tab key={name} value={name}>
                  {t(`tabs.${name}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
          </Tabs>
        }
      />
      <Stack gap="md">
        <Text className={classes.printedOnly} fw={600}>
          {t(`tabs.${tab}`)}
        </Text>
        <ReportFilters tab={tab} search={search} onSearch={change} />
        <Report key={tab} search={search} onSearch={change} />
      </Stack>
    </div>
  )
}

/** The report as a file; of progress also with a row for each course of each person. */
function Export({ tab, search }: { tab: Tab; search: ReportSearch }) {
  const { t } = useTranslation('reports')
  const names =
    tab === 'courses' || tab === 'departments' || tab === 'people' ? ([tab, 'enrollments'] as const) : ([tab] as const)
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconDownload size={16} />}>{t('export')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {names.flatMap((name) =>
          (['csv', 'xlsx'] as const).map((format) => (
            <Menu.Item key={`${name} ${format}`} component="a" href={fileOf(name, format, search)} download>
              {t(`files.${format}`, { name: t(`names.${name}`) })}
            </Menu.Item>
          )),
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
