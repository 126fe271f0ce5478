import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { Card } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { showDate } from '#web/parts/dates.ts'

interface OverTimeProps<Row extends { from: string }> {
  label: string
  rows: readonly Row[] | undefined
  series: readonly { name: string; label: string; color: string }[]
}

/** Figures over time: as bars, and as a table, the newest first. */
export function OverTime<Row extends { from: string } & Record<string, string | number>>({
  label,
  rows,
  series,
}: OverTimeProps<Row>) {
  const { t } = useTranslation('reports')
  const columns: Column<Row>[] = [
    { label: t('from'), kind: 'title', render: ({ from }) => showDate(from) },
    ...series.map(({ name, label: title }): Column<Row> => ({
      label: title,
      kind: 'number',
      render: (row) => Number(row[name]).toLocaleString('en'),
    })),
  ]
  return (
    <>
      {rows && rows.length > 0 && (
        <Card>
          <BarChart
            h={280}
            data={rows.map((row) => ({
              from: showDate(row.from),
              ...Object.fromEntries(series.map(({ name, label: title }) => [title, row[name]])),
            }))}
            dataKey="from"
            series={series.map(({ label: title, color }) => ({ name: title, color }))}
            withLegend={series.length > 1}
            xAxisProps={{ minTickGap: 40 }}
            valueFormatter={(value) => value.toLocaleString('en')}
            barChartProps={{ accessibilityLayer: false }}
            aria-hidden
          />
        </Card>
      )}
      <DataTable label={label} columns={columns} rows={rows?.toReversed()} keyOf={({ from }) => from} minWidth={420} />
    </>
  )
}
