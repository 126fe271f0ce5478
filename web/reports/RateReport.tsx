import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { Card, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconChartBar } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ReactNode } from 'react'
import type { z } from 'zod'
import type { CourseProgress } from '#contract/reports.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'

type Rates = Omit<z.output<typeof CourseProgress>, 'courseId' | 'title'>

interface RateReportProps<Row extends Rates> {
  label: string
  rows: readonly Row[] | undefined
  nameOf: (row: Row) => string
  keyOf: (row: Row) => string
  first: Column<Row>
  more?: readonly Column<Row>[]
}

const series = [
  { name: 'completed', color: 'green.7' },
  { name: 'inProgress', color: 'accent.5' },
  { name: 'notStarted', color: 'gray.5' },
  { name: 'overdue', color: 'red.6' },
] as const
const mostBars = 20

/** Rates of courses or departments: as bars, and as the table that has every figure of them. */
export function RateReport<Row extends Rates>({ label, rows, nameOf, keyOf, first, more = [] }: RateReportProps<Row>) {
  const { t } = useTranslation('reports')
  const isPhone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  if (rows?.length === 0) return <EmptyState icon={IconChartBar} title={t('nothing')} text={t('nothingText')} />
  const percent = (value: number | null): ReactNode => value !== null && t('percent', { value })
  const columns: Column<Row>[] = [
    first,
    ...more,
    { label: t('enrolled'), kind: 'number', render: (row) => row.enrolled.toLocaleString('en') },
    ...series.map(({ name }): Column<Row> => ({
      label: t(name),
      kind: 'number',
      render: (row) => row[name].toLocaleString('en'),
    })),
    { label: t('onHold'), kind: 'number', render: (row) => row.onHold.toLocaleString('en') },
    { label: t('completionRate'), kind: 'number', render: (row) => percent(row.completionRate) },
    { label: t('averageScore'), kind: 'number', render: (row) => percent(row.averageScore) },
  ]
  const shown = rows?.slice(0, mostBars) ?? []
  return (
    <>
      {shown.length > 0 && (
        <Card>
          <BarChart
            h={Math.max(shown.length * 40 + 80, 180)}
            data={shown.map((row) => ({
              name: nameOf(row),
              ...Object.fromEntries(series.map(({ name }) => [t(name), row[name]])),
            }))}
            dataKey="name"
            orientation="vertical"
            type="stacked"
            yAxisProps={{ width: isPhone ? 104 : 160, interval: 0 }}
            series={series.map(({ name, color }) => ({ name: t(name), color }))}
            withLegend
            valueFormatter={(value) => value.toLocaleString('en')}
            barChartProps={{ accessibilityLayer: false }}
            aria-hidden
          />
          {rows!.length > mostBars && (
            <Text size="sm" c="dimmed">
              {t('firstBars', { count: mostBars })}
            </Text>
          )}
        </Card>
      )}
      <DataTable label={label} columns={columns} rows={rows} keyOf={keyOf} minWidth={920} />
    </>
  )
}
