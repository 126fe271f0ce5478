import { Alert, Button, Group, Progress, Select, Stack, Switch, Text } from '@mantine/core'
import { IconAlertTriangle, IconArrowRight } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { checkImport, getImport, type Import, type ImportField } from '#contract/imports.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { fieldErrors } from '#web/api/refused.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import { useFieldNames } from './field-words.ts'
import { ImportHead } from './ImportHead.tsx'

type Fields = (ImportField | null)[]
const number = new Intl.NumberFormat('en')
const separatorWords = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const

/** The second step: what each column holds, as it was found and as somebody says. */
export function ColumnsStep({ one }: { one: Import }) {
  const { t } = useTranslation('imports')
  const found = one.columns.map(({ field }) => field) as Fields
  const [fields, setFields] = useState<Fields>(found)
  const [deactivateMissing, setDeactivateMissing] = useState(one.deactivatesMissing)
  const forgive = useUnsavedGuard(fields.some((field, place) => field !== found[place]))
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const look = useMutation({
    mutationFn: () => {
      // The rows are looked at while this waits: how far that is, the page asks.
      setTimeout(() => void queryClient.invalidateQueries({ queryKey: [getImport.tag, getImport.path] }), 300)
      return call(checkImport, { importId: one.id, fields, deactivateMissing })
    },
    onSuccess: (told) => {
      forgive()
      queryClient.setQueryData(ask(getImport, { importId: one.id }).queryKey, told)
      void queryClient.invalidateQueries({ queryKey: [getImport.tag] })
      void navigate({
        to: '/people/import/$importId',
        params: { importId: one.id },
        search: { step: 'preview' },
        ignoreBlocker: true,
      })
    },
  })
  const isLooking = look.isPending || one.state === 'checking'
  const errors = fieldErrors(look.error)
  const choose = (place: number, field: ImportField | null): void =>
    // Each field once: where it was before, it is no more.
    setFields(fields.map((other, at) => (at === place ? field : other !== null && other === field ? null : other)))
  return (
    <>
      <ImportHead step="columns" subtitle={t('columnsText', { count: one.rows, name: one.name })} />
      <Stack gap="md" maw={800}>
        <ReadAs one={one} />
        <ColumnTable one={one} fields={fields} errors={errors} onChoose={choose} />
        <Ignored one={one} fields={fields} />
        {!fields.includes('email') && (
          <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
            {t('needsEmail')}
          </Alert>
        )}
        <Switch
          label={t('deactivateMissing')}
          description={t('deactivateMissingHelp')}
          checked={deactivateMissing}
          onChange={(event) => setDeactivateMissing(event.currentTarget.checked)}
        />
        <Refusal error={look.error} />
        {isLooking && <Looking one={one} />}
        <Group justify="space-between">
          <Button component={Link} to="/people/import" variant="default">
            {t('anotherFile')}
          </Button>
          <Button
            rightSection={<IconArrowRight size={16} />}
            disabled={!fields.includes('email')}
            loading={look.isPending}
            onClick={() => look.mutate()}
          >
            {t('look')}
          </Button>
        </Group>
      </Stack>
    </>
  )
}

function ReadAs({ one: { encoding, separator } }: { one: Import }) {
  const { t } = useTranslation('imports')
  const word = separatorWords[separator as keyof typeof separatorWords]
  return (
    <Text size="sm" c="dimmed">
      {encoding !== null &&
        word !== undefined &&
        `${t('readAs', { encoding: encoding.toUpperCase(), separator: t(`separators.${word}`) })} `}
      {t('remembered')}
    </Text>
  )
}

interface ColumnTableProps {
  one: Import
  fields: Fields
  errors: Record<string, string>
  onChoose: (place: number, field: ImportField | null) => void
}

function ColumnTable({ one, fields, errors, onChoose }: ColumnTableProps) {
  const { t } = useTranslation('imports')
  const names = useFieldNames()
  const data = [...names].map(([value, label]) => ({ value, label }))
  type Told = Import['columns'][number]
  const nameOf = ({ name }: Told, place: number) => name || t('unnamed', { place: place + 1 })
  const columns: Column<Told>[] = [
    {
      label: t('column'),
      kind: 'title',
      render: (column, place) => (
        <>
          <Text fw={500}>{nameOf(column, place)}</Text>
          <Text size="sm" c="dimmed" truncate maw={360}>
            {column.samples.length > 0 ? t('asIn', { samples: column.samples.join(', ') }) : t('emptyColumn')}
          </Text>
        </>
      ),
    },
    {
      label: t('holds'),
      render: (column, place) => (
        <Select
          aria-label={t('holdsOf', { column: nameOf(column, place) })}
          placeholder={t('ignored')}
          data={data}
          value={fields[place] ?? null}
          onChange={(field) => onChoose(place, field as ImportField | null)}
          error={errors[`fields.${place}`]}
          searchable
          clearable
          miw={180}
        />
      ),
    },
  ]
  const places = new Map(one.columns.map((column, place) => [column, String(place)]))
  return (
    <DataTable
      label={t('holds')}
      columns={columns}
      rows={one.columns}
      keyOf={(column) => places.get(column)!}
      minWidth={480}
    />
  )
}

function Ignored({ one, fields }: { one: Import; fields: Fields }) {
  const { t } = useTranslation('imports')
  const names = one.columns.flatMap(({ name }, place) => (fields[place] === null && name !== '' ? [name] : []))
  if (names.length === 0) return null
  return <Text size="sm">{t('ignoredText', { count: names.length, names: names.join(', ') })}</Text>
}

function Looking({ one: { checked, rows } }: { one: Import }) {
  const { t } = useTranslation('imports')
  const words = t('looking', { done: number.format(checked), of: number.format(rows) })
  return (
    <Stack gap={4}>
      <Progress value={(checked / rows) * 100} animated aria-label={words} />
      <Text size="sm" c="dimmed" role="status">
        {words}
      </Text>
    </Stack>
  )
}
