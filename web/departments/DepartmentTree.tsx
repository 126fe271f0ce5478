import { ActionIcon, Anchor, Menu, Table, Text } from '@mantine/core'
import { IconChevronDown, IconChevronRight, IconDots, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Department } from '#contract/departments.ts'
import { asTree } from '#web/parts/choices.queries.ts'
import classes from './DepartmentTree.module.css'
import type { Open } from './DepartmentsPage.tsx'

interface DepartmentTreeProps {
  items: readonly Department[]
  mayChange: boolean
  onOpen: (open: Open) => void
}

/** The departments as a tree, each with its people and those of all below. */
export function DepartmentTree({ items, mayChange, onOpen }: DepartmentTreeProps) {
  const { t } = useTranslation('departments')
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const byId = new Map(items.map((department) => [department.id, department]))
  const isHidden = ({ parentId }: Department): boolean => {
    const above = parentId === null ? undefined : byId.get(parentId)
    return above !== undefined && (closed.has(above.id) || isHidden(above))
  }
  const toggle = (id: string): void => {
    const next = new Set(closed)
    if (!next.delete(id)) next.add(id)
    setClosed(next)
  }
  const rows = asTree(items).filter(({ department }) => !isHidden(department))
  return (
    <Table.ScrollContainer minWidth={560} type="native">
      <Table highlightOnHover aria-label={t('title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('name')}</Table.Th>
            <Table.Th ta="end">{t('active')}</Table.Th>
            <Table.Th ta="end">{t('inactive')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('administrators')}</Table.Th>
            {mayChange && <Table.Th w={48} />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ department, depth }) => (
            <Table.Tr key={department.id}>
              <Table.Td>
                <div className={classes.name} data-depth={Math.min(depth, 6)}>
                  <Toggle
                    department={department}
                    hasBelow={items.some(({ parentId }) => parentId === department.id)}
                    isClosed={closed.has(department.id)}
                    onToggle={() => toggle(department.id)}
                  />
                  <Anchor component={Link} to={`/people?departmentId=${department.id}`} c="inherit" fw={500}>
                    {department.name}
                  </Anchor>
                </div>
              </Table.Td>
              <Counted items={items} department={department} of="active" />
              <Counted items={items} department={department} of="inactive" />
              <Table.Td visibleFrom="sm">{department.administrators.map(({ name }) => name).join(', ')}</Table.Td>
              {mayChange && (
                <Table.Td ta="end">
                  <RowMenu department={department} onOpen={onOpen} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Toggle({ department, hasBelow, isClosed, onToggle }: { department: Department; hasBelow: boolean; isClosed: boolean; onToggle: () => void }) {
  const { t } = useTranslation('departments')
  if (!hasBelow) return <span className={classes.noToggle} />
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-expanded={!isClosed}
      aria-label={t(isClosed ? 'expand' : 'collapse', { name: department.name })}
      onClick={onToggle}
    >
      {isClosed ? <IconChevronRight size={16} /> : <IconChevronDown size={16} />}
    </ActionIcon>
  )
}

/** Its own people, and where there are departments below, all of theirs, too. */
function Counted({ items, department, of }: { items: readonly Department[]; department: Department; of: 'active' | 'inactive' }) {
  const { t } = useTranslation('departments')
  const below = (one: Department): number =>
    one[of] + items.filter(({ parentId }) => parentId === one.id).reduce((sum, child) => sum + below(child), 0)
  const all = below(department)
  return (
    <Table.Td ta="end">
      {department[of]}
      {all !== department[of] && (
        <Text size="xs" c="dimmed">
          {t('withBelow', { count: all })}
        </Text>
      )}
    </Table.Td>
  )
}

function RowMenu({ department, onOpen }: { department: Department; onOpen: (open: Open) => void }) {
  const { t } = useTranslation('departments')
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('more', { name: department.name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => onOpen({ what: 'add', below: department })}>
          {t('addBelow')}
        </Menu.Item>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onOpen({ what: 'edit', department })}>
          {t('rename')}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => onOpen({ what: 'delete', department })}>
          {t('delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
