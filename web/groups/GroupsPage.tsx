import { ActionIcon, Anchor, Button, Menu, Skeleton, Table, Text, TextInput } from '@mantine/core'
import { IconDots, IconPencil, IconPlus, IconSearch, IconTrash, IconUsersGroup } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addGroup, type Group } from '#contract/groups.ts'
import { allows } from '#contract/roles.ts'
import { useMe } from '#web/api/me.ts'
import { groups } from '#web/parts/choices.queries.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { DeleteGroupDialog } from './DeleteGroupDialog.tsx'
import { GroupDialog } from './GroupDialog.tsx'

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
      {asked.isPending && <Skeleton height={320} />}
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isSuccess && all.length === 0 && <EmptyState icon={IconUsersGroup} title={t('none')} text={t('noneText')} action={add || undefined} />}
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
          {found.length === 0 ? <Text c="dimmed">{t('noneFound')}</Text> : <Rows items={found} mayChange={mayChange} onOpen={setOpen} />}
        </>
      )}
      {(open?.what === 'add' || open?.what === 'edit') && <GroupDialog group={open.what === 'edit' ? open.group : null} onClose={() => setOpen(null)} />}
      {open?.what === 'delete' && <DeleteGroupDialog group={open.group} onClose={() => setOpen(null)} />}
    </>
  )
}

function Rows({ items, mayChange, onOpen }: { items: readonly Group[]; mayChange: boolean; onOpen: (open: Open) => void }) {
  const { t } = useTranslation('groups')
  return (
    <Table.ScrollContainer minWidth={480} type="native">
      <Table highlightOnHover aria-label={t('title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('name')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('description')}</Table.Th>
            <Table.Th ta="end">{t('active')}</Table.Th>
            <Table.Th ta="end">{t('inactive')}</Table.Th>
            {mayChange && <Table.Th w={48} />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((group) => (
            <Table.Tr key={group.id}>
              <Table.Td>
                <Anchor component={Link} to={`/groups/${group.id}`} c="inherit" fw={500}>
                  {group.name}
                </Anchor>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text c="dimmed" lineClamp={1}>
                  {group.description}
                </Text>
              </Table.Td>
              <Table.Td ta="end">{group.active}</Table.Td>
              <Table.Td ta="end">{group.inactive}</Table.Td>
              {mayChange && (
                <Table.Td ta="end">
                  <Menu position="bottom-end">
                    <Menu.Target>
                      <ActionIcon variant="subtle" color="gray" aria-label={t('more', { name: group.name })}>
                        <IconDots size={16} />
                      </ActionIcon>
                    </Menu.Target>
                    <Menu.Dropdown>
                      <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onOpen({ what: 'edit', group })}>
                        {t('edit')}
                      </Menu.Item>
                      <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => onOpen({ what: 'delete', group })}>
                        {t('delete')}
                      </Menu.Item>
                    </Menu.Dropdown>
                  </Menu>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
