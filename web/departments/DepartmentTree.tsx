import { ActionIcon, Anchor, Menu } from '@mantine/core'
import { IconBook, IconChevronDown, IconChevronRight, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Department } from '#contract/departments.ts'
import { asTree } from '#web/parts/choices.queries.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import classes from './DepartmentTree.module.css'
import type { Open } from './DepartmentsPage.tsx'
import { peopleWithBelow } from './tree.ts'

interface DepartmentTreeProps {
  items: readonly Department[]
  mayChange: boolean
  onOpen: (open: Open) => void
}

interface Branch {
  department: Department
  depth: number
}

/** The departments as a tree, each with its people and those of all below. */
export function DepartmentTree({ items, mayChange, onOpen }: DepartmentTreeProps) {
  const { t } = useTranslation('departments')
  const { isClosed, isHidden, close } = useClosed(items)
  const hasBelow = (id: string): boolean => items.some(({ parentId }) => parentId === id)
  const columns: Column<Branch>[] = [
    {
      label: t('name'),
      kind: 'title',
      render: ({ department, depth }) => (
        <Name
          department={department}
          depth={depth}
          isOpen={hasBelow(department.id) ? !isClosed(department.id) : null}
          onOpen={(open) => close(department.id, !open)}
        />
      ),
    },
    { label: t('active'), kind: 'number', render: ({ department }) => department.active.toLocaleString('en') },
    { label: t('inactive'), kind: 'number', render: ({ department }) => department.inactive.toLocaleString('en') },
    {
      label: t('withBelow'),
      render: ({ department: { id } }) => (hasBelow(id) ? t('counts', peopleWithBelow(items, id)) : null),
    },
    {
      label: t('administrators'),
      kind: 'long',
      render: ({ department: { administrators } }) => administrators.map(({ name }) => name).join(', '),
    },
  ]
  const menu: Column<Branch> = {
    label: t('actions'),
    kind: 'actions',
    render: ({ department }) => <RowMenu department={department} onOpen={onOpen} />,
  }
  return (
    <DataTable
      label={t('title')}
      columns={mayChange ? [...columns, menu] : columns}
      rows={asTree(items).filter(({ department }) => !isHidden(department))}
      keyOf={({ department }) => department.id}
      minWidth={800}
    />
  )
}

/** Which branches are closed, and who is therefore not seen. */
function useClosed(items: readonly Department[]) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const byId = new Map(items.map((department) => [department.id, department]))
  const isHidden = ({ parentId }: Department): boolean => {
    const above = parentId === null ? undefined : byId.get(parentId)
    return above !== undefined && (closed.has(above.id) || isHidden(above))
  }
  const close = (id: string, isClosed: boolean): void => {
    const next = new Set(closed)
    if (isClosed) next.add(id)
    else next.delete(id)
    setClosed(next)
  }
  return { isClosed: (id: string) => closed.has(id), isHidden, close }
}

interface NameProps extends Branch {
  /** Null: there is nothing below it. */
  isOpen: boolean | null
  onOpen: (open: boolean) => void
}

const deepest = 6

function Name({ department: { id, name }, depth, isOpen, onOpen }: NameProps) {
  const { t } = useTranslation('departments')
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowRight') onOpen(true)
    if (event.key === 'ArrowLeft') onOpen(false)
  }
  return (
    <div className={classes.name} data-depth={Math.min(depth, deepest)}>
      {isOpen === null ? (
        <span className={classes.noToggle} />
      ) : (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-expanded={isOpen}
          aria-label={t(isOpen ? 'collapse' : 'expand', { name })}
          onClick={() => onOpen(!isOpen)}
          onKeyDown={onKey}
        >
          {isOpen ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
        </ActionIcon>
      )}
      <Anchor component={Link} to={`/people?departmentId=${id}`} c="inherit" fw={500}>
        {name}
      </Anchor>
    </div>
  )
}

function RowMenu({ department, onOpen }: { department: Department; onOpen: (open: Open) => void }) {
  const { t } = useTranslation('departments')
  return (
    <MoreMenu label={t('more', { name: department.name })}>
      <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => onOpen({ what: 'add', below: department })}>
        {t('addBelow')}
      </Menu.Item>
      <Menu.Item leftSection={<IconBook size={16} />} onClick={() => onOpen({ what: 'courses', department })}>
        {t('courses')}
      </Menu.Item>
      <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onOpen({ what: 'edit', department })}>
        {t('rename')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconTrash size={16} />}
        color="red"
        onClick={() => onOpen({ what: 'delete', department })}
      >
        {t('delete')}
      </Menu.Item>
    </MoreMenu>
  )
}
