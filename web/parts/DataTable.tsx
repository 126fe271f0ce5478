import { Card, Group, Skeleton, Stack, Table } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Fragment, type ReactNode } from 'react'
import classes from './DataTable.module.css'

export interface Column<Row> {
  label: string
  /** Null where this row has nothing to say. */
  render: (row: Row, place: number) => ReactNode
  /**
   * What the column is to a row: its `title`, the box that ticks it, what can be done with it, a figure, or a text of
   * any length.
   */
  kind?: 'tick' | 'title' | 'number' | 'long' | 'actions'
}

interface DataTableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  /** Undefined while they are on their way. */
  rows: readonly Row[] | undefined
  keyOf: (row: Row) => string
  minWidth?: number
}

/** Rows of anything; on a phone each is a card. */
export function DataTable<Row>({ rows, ...props }: DataTableProps<Row>) {
  const isPhone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  if (!rows) return <Loading height={isPhone ? 96 : 36} />
  return isPhone ? <Cards rows={rows} {...props} /> : <Rows rows={rows} {...props} />
}

type Loaded<Row> = DataTableProps<Row> & { rows: readonly Row[] }

function Rows<Row>({ label, columns, rows, keyOf, minWidth = 720 }: Loaded<Row>) {
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native" className={classes.scroll}>
      <Table highlightOnHover className={classes.table} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.label} data-kind={column.kind} aria-label={column.label}>
                {column.kind !== 'tick' && column.kind !== 'actions' && column.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, place) => (
            <Table.Tr key={keyOf(row)}>
              {columns.map((column) => (
                <Table.Td key={column.label} data-kind={column.kind}>
                  {column.render(row, place)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Cards<Row>({ label, columns, rows, keyOf }: Loaded<Row>) {
  const of = (kind: Column<Row>['kind'], row: Row, place: number) =>
    columns
      .filter((column) => column.kind === kind)
      .map((column) => <Fragment key={column.label}>{column.render(row, place)}</Fragment>)
  const facts = columns.filter(({ kind }) => kind === undefined || kind === 'number' || kind === 'long')
  return (
    <Stack gap="xs" role="list" aria-label={label}>
      {rows.map((row, place) => (
        <Card key={keyOf(row)} padding="sm" role="listitem">
          <Group gap="sm" wrap="nowrap" align="flex-start">
            {of('tick', row, place)}
            <div className={classes.words}>
              {of('title', row, place)}
              <Facts facts={facts.map((column) => [column.label, column.render(row, place)])} />
            </div>
            {of('actions', row, place)}
          </Group>
        </Card>
      ))}
    </Stack>
  )
}

function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  const said = facts.filter(([, value]) => value !== null && value !== undefined && value !== '')
  if (said.length === 0) return null
  return (
    <dl className={classes.facts}>
      {said.map(([label, value]) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const rowsLoading = 8

function Loading({ height }: { height: number }) {
  return (
    <Stack gap={4} aria-hidden>
      {Array.from({ length: rowsLoading }, (_, place) => (
        <Skeleton key={place} height={height} />
      ))}
    </Stack>
  )
}
