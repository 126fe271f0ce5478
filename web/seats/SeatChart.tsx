import { LineChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { Button, Card, Collapse, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { getSeatForecast } from '#contract/seats.ts'
import { ask } from '#web/api/ask.ts'
import { showDate } from '#web/parts/dates.ts'
import { Failure } from '#web/parts/Failure.tsx'
import classes from './SeatChart.module.css'

type Forecast = Answer<typeof getSeatForecast>

/** The past year and the year ahead, a point a week, with the limit as a line and a table for whoever cannot see it. */
export function SeatChart() {
  const { t } = useTranslation('seats')
  const [showsTable, { toggle }] = useDisclosure()
  const asked = useQuery(ask(getSeatForecast, {}))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={440} />
  const { limit, ahead } = asked.data
  return (
    <Card>
      <Stack gap="md">
        <Title order={2}>{t('chart')}</Title>
        <ForecastSentence limit={limit} ahead={ahead} />
        <LineChart
          h={280}
          data={pointsOf(asked.data)}
          dataKey="date"
          series={[
            { name: 'past', label: t('past'), color: 'accent.6' },
            { name: 'ahead', label: t('ahead'), color: 'accent.6', strokeDasharray: '4 4' },
          ]}
          curveType="stepAfter"
          withDots={false}
          tooltipProps={{ labelFormatter: (date) => (typeof date === 'string' ? showDate(date) : date) }}
          xAxisProps={{ tickFormatter: showDate, minTickGap: 60 }}
          valueFormatter={(value) => value.toLocaleString('en')}
          referenceLines={limit === null ? [] : [{ y: limit, color: 'red.6' }]}
          lineChartProps={{ accessibilityLayer: false }}
          yAxisProps={{ domain: [0, (most: number) => Math.max(most, limit ?? 0)] }}
          aria-hidden
        />
        <Legend hasLimit={limit !== null} />
        <Button variant="subtle" onClick={toggle} aria-expanded={showsTable} w="fit-content">
          {t(showsTable ? 'hideTable' : 'table')}
        </Button>
        <Collapse expanded={showsTable}>
          <MonthTable forecast={asked.data} />
        </Collapse>
      </Stack>
    </Card>
  )
}

function Legend({ hasLimit }: { hasLimit: boolean }) {
  const { t } = useTranslation('seats')
  const lines = [['past', t('past')], ['ahead', t('ahead')], ...(hasLimit ? [['limit', t('limit')]] : [])]
  return (
    <Group gap="lg" aria-hidden>
      {lines.map(([line, label]) => (
        <Text key={line} size="sm" c="dimmed" className={classes.key} data-line={line}>
          {label}
        </Text>
      ))}
    </Group>
  )
}

const weekly = <T,>(days: readonly T[]): T[] => days.filter((_, place) => place % 7 === 0 || place === days.length - 1)

function pointsOf({ past, ahead }: Forecast): Record<string, string | number>[] {
  const before = weekly([...past].reverse())
    .reverse()
    .map(({ date, used }) => ({ date, past: used }))
  const after = weekly(ahead).map(({ date, used }) => ({ date, ahead: used }))
  // Today ends the one line and begins the other.
  return [...before.slice(0, -1), { ...before.at(-1)!, ...after[0]! }, ...after.slice(1)]
}

/** "You have 5 seats free on 3 Jan 2027": what is left when the last date has passed. */
function ForecastSentence({ limit, ahead }: Pick<Forecast, 'limit' | 'ahead'>) {
  const { t } = useTranslation('seats')
  const now = ahead[0]?.used ?? 0
  const after = ahead.at(-1)?.used ?? now
  const lastDay = ahead.find(({ used }) => used === after)
  if (!lastDay || after === now) return <Text c="dimmed">{t('noneLeave')}</Text>
  const leave = t('leaveBy', { count: now - after, date: showDate(lastDay.date) })
  if (limit === null) return <Text>{leave}</Text>
  const free = limit - after
  return (
    <Text>
      {leave} {free < 0 ? t('forecastOver', { count: -free }) : t('forecast', { count: free })}
    </Text>
  )
}

function MonthTable({ forecast: { past, ahead } }: { forecast: Forecast }) {
  const { t } = useTranslation('seats')
  const days = [...past, ...ahead.slice(1)]
  const ends = days.filter(({ date }, place) => days[place + 1]?.date.slice(0, 7) !== date.slice(0, 7))
  return (
    <Table aria-label={t('chart')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('month')}</Table.Th>
          <Table.Th ta="end">{t('atEnd')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {ends.map(({ date, used }) => (
          <Table.Tr key={date}>
            <Table.Td>{showDate(date)}</Table.Td>
            <Table.Td ta="end">{used.toLocaleString('en')}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
