import { Anchor, Badge, Box, Button, Group, Menu, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { FateTold, Import, ImportRow } from '#contract/imports.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { useFieldNames } from './field-words.ts'
import { fileAddress, rows } from './imports.queries.ts'

const route = getRouteApi('/people/import/$importId')
const number = new Intl.NumberFormat('en')

const looks: Record<FateTold, string> = {
  new_active: 'green',
  new_waiting: 'yellow',
  new_inactive: 'gray',
  changed: 'blue',
  unchanged: 'gray',
  missing: 'yellow',
  error: 'red',
  not_reached: 'gray',
}

/** The rows of an import by what would come, or came, of them; with why not. */
export function RowList({ one }: { one: Import }) {
  const { t } = useTranslation('imports')
  const search = route.useSearch()
  const navigate = useNavigate()
  const asked = useQuery(rows(one.id, search))
  const go = (to: { fate?: FateTold; cursor?: string }): void =>
    void navigate({
      to: '/people/import/$importId',
      params: { importId: one.id },
      search: { ...(search.step && { step: search.step }), ...to },
    })
  const fates = (Object.keys(looks) as FateTold[]).filter((fate) => one.counts[fate] > 0)
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Box maw="100%" style={{ overflowX: 'auto' }}>
          <SegmentedControl
            aria-label={t('fateLabel')}
            data={[
              {
                value: '',
                label: `${t('allRows')} · ${number.format(fates.reduce((all, fate) => all + one.counts[fate], 0))}`,
              },
              ...fates.map((fate) => ({
                value: fate,
                label: `${t(`fate.${fate}`)} · ${number.format(one.counts[fate])}`,
              })),
            ]}
            value={search.fate ?? ''}
            onChange={(fate) => go(fate ? { fate } : {})}
            w="fit-content"
          />
        </Box>
        <Download one={one} fate={search.fate} />
      </Group>
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && <Text c="dimmed">{t('noRows')}</Text>}
      {!asked.isError && asked.data?.items.length !== 0 && (
        <Rows items={asked.data?.items} isOver={one.operationId !== null} />
      )}
      {asked.data && (
        <Pager
          next={asked.data.next}
          previous={asked.data.previous}
          onPage={(cursor) => go({ ...(search.fate && { fate: search.fate }), cursor })}
        />
      )}
    </Stack>
  )
}

function Rows({ items, isOver }: { items: readonly ImportRow[] | undefined; isOver: boolean }) {
  const { t } = useTranslation('imports')
  const names = useFieldNames()
  const named = (field: string): string => names.get(field) ?? field
  const columns: Column<ImportRow>[] = [
    { label: t('row'), kind: 'number', render: (row) => (row.fate === 'missing' ? '' : number.format(row.number)) },
    { label: t('person'), kind: 'title', render: (row) => <Person row={row} /> },
    { label: t('email'), render: ({ email }) => email },
    {
      label: t(isOver ? 'fateWas' : 'fateOf'),
      render: ({ fate }) =>
        fate && (
          <Badge variant="light" color={looks[fate]}>
            {t(`fate.${fate}`)}
          </Badge>
        ),
    },
    {
      label: t('what'),
      kind: 'long',
      render: ({ fate, fields, reasons }) =>
        reasons.length > 0
          ? reasons.map(({ field, message }) => (
              <Text
                key={`${field} ${message}`}
                size="sm"
                {...(fate === 'error' && { c: 'var(--mantine-color-error)' })}
              >
                {field ? `${named(field)}: ${message}` : message}
              </Text>
            ))
          : fate === 'missing'
            ? t(isOver ? 'wasDeactivated' : 'isDeactivated')
            : fields.length === 0
              ? null
              : t(isOver ? 'changed' : 'changes', { fields: fields.map(named).join(', ') }),
    },
  ]
  return (
    <DataTable label={t('rows')} columns={columns} rows={items} keyOf={(row) => String(row.number)} minWidth={880} />
  )
}

function Person({ row: { name, userId } }: { row: ImportRow }) {
  const { t } = useTranslation('imports')
  const words = name || t('nobodyNamed')
  if (userId === null)
    return (
      <Text fw={500} {...(!name && { c: 'dimmed' })}>
        {words}
      </Text>
    )
  return (
    <Anchor component={Link} to={`/people/${userId}`} c="inherit" fw={500}>
      {words}
    </Anchor>
  )
}

function Download({ one, fate }: { one: Import; fate: FateTold | undefined }) {
  const { t } = useTranslation('imports')
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="sm" leftSection={<IconDownload size={16} />}>
          {t('download')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['csv', 'xlsx'] as const).map((format) => (
          <Menu.Item key={format} component="a" href={fileAddress(one.id, format, fate)} download>
            {t(format === 'csv' ? 'downloadCsv' : 'downloadXlsx')}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
