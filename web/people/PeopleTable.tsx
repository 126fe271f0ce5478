import { Avatar, Checkbox, Table, Text, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type MouseEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeopleSort, PersonRow } from '#contract/people.ts'
import { useMe } from '#web/api/me.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { StatusBadge } from '#web/parts/StatusBadge.tsx'
import { nameOf } from './name-of.ts'
import classes from './PeopleTable.module.css'
import { type PersonAction, PersonMenu } from './PersonMenu.tsx'
import type { Ticks } from './selection.ts'
import { useGrowing } from './use-growing.ts'

export interface PeopleTableProps {
  people: readonly PersonRow[]
  ticks: Ticks
  sort: PeopleSort
  direction: 'asc' | 'desc'
  onSort: (sort: PeopleSort) => void
  onAction: (action: PersonAction, person: PersonRow) => void
  onContextMenu: (event: MouseEvent, person: PersonRow) => void
}

const columns = [
  { sort: 'name', label: 'name' },
  { sort: 'email', label: 'email' },
  { sort: 'role', label: 'role' },
  { sort: 'department', label: 'department' },
  { sort: null, label: 'groups' },
  { sort: 'lastSignIn', label: 'lastSignIn' },
  { sort: 'status', label: 'status' },
] as const

/** The people of a page, as rows. */
export function PeopleTable(props: PeopleTableProps) {
  const { people, ticks, sort, direction, onSort } = props
  const { t } = useTranslation('people')
  const ids = people.map(({ id }) => id)
  const tickedHere = ids.filter((id) => ticks.has(id)).length
  const lastTicked = useRef<number | null>(null)
  const { account } = useMe()
  const drawn = useGrowing(people.length, ticks.isBack ? people.length : 25)

  const tick = (place: number, isTicked: boolean, isRange: boolean): void => {
    const from = isRange && lastTicked.current !== null ? lastTicked.current : place
    ticks.set(ids.slice(Math.min(from, place), Math.max(from, place) + 1), isTicked)
    lastTicked.current = place
  }

  return (
    <Table.ScrollContainer minWidth={960} type="native" className={classes.scroll}>
      <Table highlightOnHover className={classes.table} aria-label={t('tableCaption')}>
        <Table.Thead className={classes.head}>
          <Table.Tr>
            <Table.Th className={classes.tick}>
              <Checkbox
                size="xs"
                aria-label={t('tickAll')}
                checked={ids.length > 0 && tickedHere === ids.length}
                indeterminate={tickedHere > 0 && tickedHere < ids.length}
                onChange={(event) => ticks.set(ids, event.currentTarget.checked)}
              />
            </Table.Th>
            {columns.map((column) => (
              <Table.Th
                key={column.label}
                aria-sort={column.sort === sort ? (direction === 'asc' ? 'ascending' : 'descending') : undefined}
                className={classes[column.label]}
              >
                {column.sort === null ? (
                  t(column.label)
                ) : (
                  <UnstyledButton className={classes.sorter} onClick={() => onSort(column.sort)}>
                    {t(column.label)}
                    {column.sort === sort &&
                      (direction === 'asc' ? (
                        <IconArrowUp size={14} aria-hidden />
                      ) : (
                        <IconArrowDown size={14} aria-hidden />
                      ))}
                  </UnstyledButton>
                )}
              </Table.Th>
            ))}
            <Table.Th className={classes.menu} aria-hidden />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.slice(0, drawn).map((person, place) => (
            <PersonTableRow
              key={person.id}
              {...props}
              person={person}
              zone={account.timeZone}
              onTick={(isTicked, isRange) => tick(place, isTicked, isRange)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

interface RowProps extends PeopleTableProps {
  person: PersonRow
  zone: string
  onTick: (isTicked: boolean, isRange: boolean) => void
}

function PersonTableRow({ person, zone, ticks, onTick, onAction, onContextMenu }: RowProps) {
  const { t } = useTranslation(['people', 'parts'])
  const name = nameOf(person)
  const isTicked = ticks.has(person.id)
  return (
    <Table.Tr
      data-person={person.id}
      data-inactive={person.status === 'inactive' || undefined}
      data-ticked={isTicked || undefined}
      onContextMenu={(event) => onContextMenu(event, person)}
    >
      <Table.Td className={classes.tick}>
        <Checkbox
          size="xs"
          aria-label={t('tick', { name })}
          checked={isTicked}
          onChange={(event) =>
            onTick(event.currentTarget.checked, (event.nativeEvent as globalThis.MouseEvent).shiftKey)
          }
        />
      </Table.Td>
      <Table.Td>
        <div className={classes.person}>
          <Avatar name={name} size={24} radius="xl" color="gray" className={classes.avatar} aria-hidden />
          <Link
            to="/people/$userId"
            params={{ userId: person.id }}
            className={classes.link}
            title={person.jobTitle ? `${name}, ${person.jobTitle}` : name}
            data-person-link
          >
            {name}
          </Link>
          {person.jobTitle && (
            <Text component="span" c="dimmed" size="sm" truncate className={classes.jobTitle} title={person.jobTitle}>
              {person.jobTitle}
            </Text>
          )}
        </div>
      </Table.Td>
      <Table.Td className={classes.cut} title={person.email}>
        {person.email}
      </Table.Td>
      <Table.Td className={classes.cut} title={t(`parts:role.${person.role}`)}>
        {t(`parts:role.${person.role}`)}
      </Table.Td>
      <Table.Td className={classes.cut} title={person.department?.name}>
        {person.department?.name}
      </Table.Td>
      <Table.Td
        className={`${classes.cut} ${classes.groups}`}
        title={person.groups.map((group) => group.name).join(', ')}
      >
        {person.groups.map((group) => group.name).join(', ')}
      </Table.Td>
      <Table.Td className={classes.cut}>{person.lastSignInAt ? <Ago at={person.lastSignInAt} /> : t('never')}</Table.Td>
      <Table.Td className={classes.cut}>
        <StatusBadge status={person} zone={zone} />
      </Table.Td>
      <Table.Td className={classes.menu}>
        <PersonMenu person={person} onAction={onAction} />
      </Table.Td>
    </Table.Tr>
  )
}
