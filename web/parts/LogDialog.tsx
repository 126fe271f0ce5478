import { Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from './DataTable.tsx'
import { Failure } from './Failure.tsx'
import { Pager, type PagerProps } from './Pager.tsx'

interface LogDialogProps<Row> {
  title: string
  /** Of the table. */
  label: string
  /** Instead of a table without rows. */
  empty: string
  columns: readonly Column<Row>[]
  /** A page of it, as it was asked for. */
  page: { data: { items: readonly Row[] } | undefined; error: Error | null; refetch: () => unknown }
  pager: PagerProps
  onClose: () => void
}

/** What happened with something lately, page by page. */
export function LogDialog<Row extends { id: string }>({
  title,
  label,
  empty,
  columns,
  page: { data, error, refetch },
  pager,
  onClose,
}: LogDialogProps<Row>) {
  const { t } = useTranslation('parts')
  return (
    <Modal opened onClose={onClose} size="xl" title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data?.items.length === 0 ? (
        <Text c="dimmed">{empty}</Text>
      ) : (
        <Stack gap="md">
          <DataTable label={label} columns={columns} rows={data?.items} keyOf={({ id }) => id} minWidth={520} />
          <Pager {...pager} />
        </Stack>
      )}
    </Modal>
  )
}
