import { LineChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { Button, Card, Collapse, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { getSeatForecast } from '#contract/seats.ts'
import { ask } from '#web/api/ask.ts'
import { showDate } from '#web/parts/dates.ts'
import { Failure } from '#web/parts/Failure.tsx'

type Forecast = Answer<typeof getSeatForecast>

/** The past year and the year ahead, a point a week, with the limit as a line and a table for whoever cannot see it. */
export function SeatChart() {
  const { t } = useTranslation('seats')
  const [showsTable, { toggle }] = useDisclosure()
  const asked = useQuery(ask(getSeatForecast, {}))
  if (asked.isError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={380} />
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
            { name: 'ahead', label: t('ahead'), color: 'accent.6', strokeDasharray: '5 5' },
          ]}
          curveType="stepAfter"
          withDots={false}
          withLegend
          xAxisProps={{ tickFormatter: showDate, minTickGap: 60 }}
          valueFormatter={(value) => value.toLocaleString('en')}
          referenceLines={limit === null ? [] : [{ y: limit, label: `${t('limit')}: ${limit}`, color: 'red.6' }]}
          lineChartProps={{ accessibilityLayer: false }}
          yAxisProps={{ domain: [0, (most: number) => Math.max(most, limit ?? 0)] }}
          aria-hidden
        />
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

const weekly = <T,>(days: readonly T[]): T[] => days.filter((_, place) => place % 7 === 0 || place === days.length - 1)

function pointsOf({ past, ahead }: Forecast): Record<string, string | number>[] {
  return [
    ...weekly([...past].reverse()).reverse().map(({ date, used }) => ({ date, past: used })),
    ...weekly(ahead).map(({ date, used }) => ({ date, ahead: used })),
  ]
}

function ForecastSentence({ limit, ahead }: Pick<Forecast, 'limit' | 'ahead'>) {
  const { t } = useTranslation('seats')
  const now = ahead[0]?.used ?? 0
  const last = ahead.find(({ used }, place) => used < now && ahead.slice(place).every((later) => later.used === used))
  if (!last) return <Text c="dimmed">{t('noneLeave')}</Text>
  if (limit === null) return null
  return <Text>{t('forecast', { date: showDate(last.date), count: Math.max(limit - last.used, 0) })}</Text>
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
