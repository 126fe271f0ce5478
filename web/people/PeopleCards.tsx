import { ActionIcon, Card, Checkbox, Group, Select, Stack, Text } from '@mantine/core'
import { IconSortAscending, IconSortDescending } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { type PersonRow, PeopleSort } from '#contract/people.ts'
import { useMe } from '#web/api/me.ts'
import { StatusBadge } from '#web/parts/StatusBadge.tsx'
import { nameOf } from './name-of.ts'
import classes from './PeopleTable.module.css'
import type { PeopleTableProps } from './PeopleTable.tsx'
import { PersonMenu } from './PersonMenu.tsx'
import type { Ticks } from './selection.ts'
import { useGrowing } from './use-growing.ts'

const sorts = PeopleSort.options.filter((sort) => sort !== 'statusSince')

/** The people of a page on a phone. */
export function PeopleCards({
  people,
  ticks,
  sort,
  direction,
  onSort,
  onAction,
}: Omit<PeopleTableProps, 'onContextMenu'>) {
  const { t } = useTranslation('people')
  const drawn = useGrowing(people.length, 8)
  return (
    <Stack gap="xs">
      <Group gap="xs" wrap="nowrap">
        <Select
          aria-label={t('sortBy')}
          data={sorts.map((value) => ({ value, label: t(value) }))}
          value={sort}
          onChange={(value) => value && value !== sort && onSort(value)}
          allowDeselect={false}
          flex={1}
        />
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t(direction === 'asc' ? 'ascending' : 'descending')}
          onClick={() => onSort(sort)}
        >
          {direction === 'asc' ? <IconSortAscending size={18} /> : <IconSortDescending size={18} />}
        </ActionIcon>
      </Group>
      {people.slice(0, drawn).map((person) => (
        <PersonCard
          key={person.id}
          person={person}
          isTicked={ticks.has(person.id)}
          onTick={ticks.set}
          onAction={onAction}
        />
      ))}
    </Stack>
  )
}

interface PersonCardProps extends Pick<PeopleTableProps, 'onAction'> {
  person: PersonRow
  isTicked: boolean
  onTick: Ticks['set']
}

/** Drawn anew only when it changes itself: ticking one of fifty would be slow on a phone. */
const PersonCard = memo(function PersonCard({ person, isTicked, onTick, onAction }: PersonCardProps) {
  const { t } = useTranslation(['people', 'parts'])
  const { account } = useMe()
  const name = nameOf(person)
  return (
    <Card padding="sm" data-person={person.id}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Checkbox
          mt={2}
          aria-label={t('tick', { name })}
          checked={isTicked}
          onChange={(event) => onTick([person.id], event.currentTarget.checked)}
        />
        <Stack gap={2} flex={1} miw={0}>
          <Link to="/people/$userId" params={{ userId: person.id }} className={classes.link} data-person-link>
            {name}
          </Link>
          <Text size="sm" c="dimmed" truncate>
            {person.email}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {[t(`parts:role.${person.role}`), person.department?.name].filter(Boolean).join(' · ')}
          </Text>
          <StatusBadge status={person} zone={account.timeZone} />
        </Stack>
        <PersonMenu person={person} onAction={onAction} isLarge />
      </Group>
    </Card>
  )
})
