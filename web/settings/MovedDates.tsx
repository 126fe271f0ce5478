import { Alert, Table, Text } from '@mantine/core'
import { IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { previewZone } from '#contract/accounts.ts'
import type { Answer } from '#contract/endpoint.ts'
import { showDate, showInstant } from '#web/parts/dates.ts'

interface MovedDatesProps {
  moved: Answer<typeof previewZone>
  zoneBefore: string
  zoneAfter: string
}

const examples = 8

/** D4: the dates stay; this is whose moment moves, from when to when. */
export function MovedDates({ moved: { count, endAtOnce, people }, zoneBefore, zoneAfter }: MovedDatesProps) {
  const { t } = useTranslation('settings')
  if (count === 0) return <Text c="dimmed">{t('movesNobody')}</Text>
  return (
    <Alert color="yellow" icon={<IconClock size={18} />} title={t('moves', { count })} aria-live="polite">
      {endAtOnce > 0 && (
        <Text fw={600} mb="xs">
          {t('endAtOnce', { count: endAtOnce })}
        </Text>
      )}
      <Table.ScrollContainer minWidth={560} type="native">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('person')}</Table.Th>
              <Table.Th>{t('lastDay')}</Table.Th>
              <Table.Th>{t('from')}</Table.Th>
              <Table.Th>{t('to')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.slice(0, examples).map(({ userId, name, deactivationDate, from, to }) => (
              <Table.Tr key={userId}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>{showDate(deactivationDate)}</Table.Td>
                <Table.Td>{showInstant(from, zoneBefore)}</Table.Td>
                <Table.Td>{showInstant(to, zoneAfter)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Alert>
  )
}
