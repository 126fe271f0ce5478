import { Anchor, Box, Button, Menu, Text, TextInput } from '@mantine/core'
import { IconPencil, IconPlus, IconSearch, IconTrash, IconUsersGroup } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addGroup, type Group } from '#contract/groups.ts'
import { allows } from '#contract/roles.ts'
import { useMe } from '#web/api/me.ts'
import { groups } from '#web/parts/choices.queries.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { DeleteGroupDialog } from './DeleteGroupDialog.tsx'
import { GroupDialog } from './GroupDialog.tsx'
import { Provisioned } from './Provisioned.tsx'

const route = getRouteApi('/groups')
type Open = { what: 'add' } | { what: 'edit' | 'delete'; group: Group }

export function GroupsPage() {
  const { t } = useTranslation('groups')
  const { role } = useMe()
  const { search = '' } = route.useSearch()
  const navigate = useNavigate()
  const asked = useQuery(groups())
  const [open, setOpen] = useState<Open | null>(null)
  const mayChange = allows(addGroup.access, role)
  const add = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ what: 'add' })}>
      {t('add')}
    </Button>
  )
  const all = asked.data?.items ?? []
  const found = all.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
  return (
    <>
      <PageTitle title={t('title')} subtitle={t('subtitle')} action={add || undefined} />
      {asked.isPending && <Rows items={undefined} mayChange={mayChange} onOpen={setOpen} />}
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isSuccess && all.length === 0 && (
        <EmptyState icon={IconUsersGroup} title={t('none')} text={t('noneText')} action={add || undefined} />
      )}
      {all.length > 0 && (
        <>
          <TextInput
            type="search"
            aria-label={t('search')}
            placeholder={t('search')}
            leftSection={<IconSearch size={16} />}
            maw={320}
            mb="md"
            value={search}
            onChange={(event) => {
              const text = event.currentTarget.value
              void navigate({ to: '/groups', search: text ? { search: text } : {}, replace: true })
            }}
          />
          {found.length === 0 ? (
            <EmptyState icon={IconSearch} title={t('noneFound')} text={t('noneFoundText')} />
          ) : (
            <Rows items={found} mayChange={mayChange} onOpen={setOpen} />
          )}
        </>
      )}
      {(open?.what === 'add' || open?.what === 'edit') && (
        <GroupDialog group={open.what === 'edit' ? open.group : null} onClose={() => setOpen(null)} />
      )}
      {open?.what === 'delete' && <DeleteGroupDialog group={open.group} onClose={() => setOpen(null)} />}
    </>
  )
}

interface RowsProps {
  items: readonly Group[] | undefined
  mayChange: boolean
  onOpen: (open: Open) => void
}

function Rows({ items, mayChange, onOpen }: RowsProps) {
  const { t } = useTranslation('groups')
  const columns: Column<Group>[] = [
    {
      label: t('name'),
      kind: 'title',
      render: ({ id, name, isProvisioned }) => (
        <Box component="span">
          <Anchor component={Link} to={`/groups/${id}`} c="inherit" fw={500}>
            {name}
          </Anchor>
          {isProvisioned && <Provisioned />}
        </Box>
      ),
    },
    {
      label: t('description'),
      kind: 'long',
      render: ({ description }) =>
        description && (
          <Text component="span" c="dimmed" title={description}>
            {description}
          </Text>
        ),
    },
    { label: t('active'), kind: 'number', render: ({ active }) => active.toLocaleString('en') },
    { label: t('inactive'), kind: 'number', render: ({ inactive }) => inactive.toLocaleString('en') },
  ]
  const menu: Column<Group> = {
    label: t('actions'),
    kind: 'actions',
    render: (group) => <GroupMenu group={group} onOpen={onOpen} />,
  }
  return (
    <DataTable
      label={t('title')}
      columns={mayChange ? [...columns, menu] : columns}
      rows={items}
      keyOf={({ id }) => id}
      minWidth={560}
    />
  )
}

function GroupMenu({ group, onOpen }: { group: Group; onOpen: (open: Open) => void }) {
  const { t } = useTranslation('groups')
  return (
    <MoreMenu label={t('more', { name: group.name })}>
      <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onOpen({ what: 'edit', group })}>
        {t('edit')}
      </Menu.Item>
      <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => onOpen({ what: 'delete', group })}>
        {t('delete')}
      </Menu.Item>
    </MoreMenu>
  )
}
