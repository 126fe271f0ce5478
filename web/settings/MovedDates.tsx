import { Alert, List, Text } from '@mantine/core'
import { IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { previewZone } from '#contract/accounts.ts'
import type { Answer } from '#contract/endpoint.ts'
import { showInstant } from '#web/parts/dates.ts'

interface MovedDatesProps {
  moved: Answer<typeof previewZone>
  zoneBefore: string
  zoneAfter: string
}

const examples = 5

/** D4: the dates stay; this is whose moment moves, from when to when. */
export function MovedDates({ moved: { count, endAtOnce, people }, zoneBefore, zoneAfter }: MovedDatesProps) {
  const { t } = useTranslation('settings')
  // The clocks of both zones mostly read the same; only the distance tells that the moment moved.
  function shift(from: string, to: string): string {
    const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000)
    const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
    const by = [hours > 0 && `${hours} h`, rest > 0 && `${rest} min`].filter(Boolean).join(' ')
    return t(minutes < 0 ? 'earlier' : 'later', { by })
  }
  if (count === 0) return <Text c="dimmed">{t('movesNobody')}</Text>
  return (
    <Alert color="yellow" icon={<IconClock size={18} />} title={t('moves', { count })} aria-live="polite">
      {endAtOnce > 0 && (
        <Text fw={600} mb="xs">
          {t('endAtOnce', { count: endAtOnce })}
        </Text>
      )}
      <List size="sm" spacing={4}>
        {people.slice(0, examples).map(({ userId, name, from, to }) => (
          <List.Item key={userId}>
            <Text component="span" fw={500}>
              {name}
            </Text>
            {': '}
            {t('movesFromTo', {
              from: showInstant(from, zoneBefore),
              to: showInstant(to, zoneAfter),
              shift: shift(from, to),
            })}
          </List.Item>
        ))}
      </List>
      {count > examples && <Text mt="xs">{t('andMore', { count: count - examples })}</Text>}
    </Alert>
  )
}
