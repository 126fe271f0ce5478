import { ActionIcon, Card, Checkbox, Group, Menu, Select, Stack, Text } from '@mantine/core'
import { IconDots, IconSortAscending, IconSortDescending } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PeopleSort } from '#contract/people.ts'
import { useMe } from '#web/api/me.ts'
import { StatusBadge } from '#web/parts/StatusBadge.tsx'
import classes from './PeopleTable.module.css'
import { nameOf, type PeopleTableProps } from './PeopleTable.tsx'
import { PersonMenuItems } from './PersonMenu.tsx'

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
  const { t } = useTranslation(['people', 'parts'])
  const { account } = useMe()
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
      {people.map((person) => (
        <Card key={person.id} padding="sm" data-person={person.id}>
          <Group gap="sm" wrap="nowrap" align="flex-start">
            <Checkbox
              mt={2}
              aria-label={t('tick', { name: nameOf(person) })}
              checked={ticks.has(person.id)}
              onChange={(event) => ticks.set([person.id], event.currentTarget.checked)}
            />
            <Stack gap={2} flex={1} miw={0}>
              <Link to="/people/$userId" params={{ userId: person.id }} className={classes.link} data-person-link>
                {nameOf(person)}
              </Link>
              <Text size="sm" c="dimmed" truncate>
                {person.email}
              </Text>
              <Text size="sm" c="dimmed" truncate>
                {[t(`parts:role.${person.role}`), person.department?.name].filter(Boolean).join(' · ')}
              </Text>
              <StatusBadge status={person} zone={account.timeZone} />
            </Stack>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('more', { name: nameOf(person) })}>
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <PersonMenuItems person={person} onAction={onAction} />
              </Menu.Dropdown>
            </Menu>
          </Group>
        </Card>
      ))}
    </Stack>
  )
}
