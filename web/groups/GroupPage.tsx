import { Alert, Anchor, Button, Checkbox, Group as Row, Skeleton, Stack, Table, Text } from '@mantine/core'
import { IconChevronLeft, IconPlus, IconUsersGroup } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeMembers, type Group } from '#contract/groups.ts'
import { listUsers, type PersonRow } from '#contract/people.ts'
import { ask, askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { groups } from '#web/parts/choices.queries.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { StatusBadge } from '#web/parts/StatusBadge.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { AddMembersDialog } from './AddMembersDialog.tsx'

const route = getRouteApi('/groups/$groupId')

/** One group: who is in it, active and inactive. */
export function GroupPage() {
  const { t } = useTranslation('groups')
  const { groupId } = route.useParams()
  const asked = useQuery(groups())
  if (asked.isError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={320} />
  const group = asked.data.items.find(({ id }) => id === groupId)
  return group ? <Members group={group} /> : <Alert color="gray">{t('gone')}</Alert>
}

function Members({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const { cursor } = route.useSearch()
  const navigate = useNavigate()
  const [isAdding, setIsAdding] = useState(false)
  const [ticked, setTicked] = useState<readonly string[]>([])
  const members = useQuery({ ...ask(listUsers, { groupId: [group.id], ...(cursor && { cursor }) }), placeholderData: keepPreviousData })
  const remove = useRemove(group, () => setTicked([]))
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
      {t('addPeople')}
    </Button>
  )
  return (
    <>
      <Anchor component={Link} to="/groups" size="sm">
        <IconChevronLeft size={14} aria-hidden /> {t('back')}
      </Anchor>
      <PageTitle
        title={group.name}
        subtitle={
          <>
            {t('counts', { active: group.active, inactive: group.inactive })}
            {group.description && ` · ${group.description}`}
          </>
        }
        action={add}
      />
      <Stack gap="md">
        <Row justify="space-between">
          <Anchor component={Link} to={`/people?groupId=${group.id}`}>
            {t('openInPeople')}
          </Anchor>
          {ticked.length > 0 && (
            <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate([...ticked])}>
              {t('remove', { count: ticked.length })}
            </Button>
          )}
        </Row>
        {members.isPending && <Skeleton height={320} />}
        {members.isError && <Failure error={members.error} onRetry={() => void members.refetch()} />}
        {members.data?.items.length === 0 && <EmptyState icon={IconUsersGroup} title={t('noMembers')} text={t('noMembersText')} action={add} />}
        {members.data && members.data.items.length > 0 && <MemberRows people={members.data.items} ticked={ticked} onTick={setTicked} />}
        {members.data && (
          <Pager
            next={members.data.next}
            previous={members.data.previous}
            onPage={(next) => void navigate({ to: '/groups/$groupId', params: { groupId: group.id }, search: { cursor: next } })}
          />
        )}
      </Stack>
      {isAdding && <AddMembersDialog group={group} onClose={() => setIsAdding(false)} />}
    </>
  )
}

function useRemove(group: Group, onDone: () => void) {
  const { t } = useTranslation('groups')
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (ids: string[]) => call(changeMembers, { groupId: group.id, users: { ids }, change: 'remove' }),
    onSuccess: ({ changed }, ids) => {
      void askAgain(queryClient)
      onDone()
      toastDone({
        title: t('removed', { count: changed, name: group.name }),
        undo: async () => {
          await call(changeMembers, { groupId: group.id, users: { ids }, change: 'add' })
          void askAgain(queryClient)
        },
      })
    },
    onError: toastRefused,
  })
}

interface MemberRowsProps {
  people: readonly PersonRow[]
  ticked: readonly string[]
  onTick: (ids: readonly string[]) => void
}

function MemberRows({ people, ticked, onTick }: MemberRowsProps) {
  const { t } = useTranslation('groups')
  const { account } = useMe()
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table highlightOnHover aria-label={t('members')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36} />
            <Table.Th>{t('name')}</Table.Th>
            <Table.Th>{t('email')}</Table.Th>
            <Table.Th>{t('department')}</Table.Th>
            <Table.Th>{t('status')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((person) => (
            <Table.Tr key={person.id}>
              <Table.Td>
                <Checkbox
                  size="xs"
                  aria-label={t('tick', { name: `${person.firstName} ${person.lastName}` })}
                  checked={ticked.includes(person.id)}
                  onChange={(event) => onTick(event.currentTarget.checked ? [...ticked, person.id] : ticked.filter((id) => id !== person.id))}
                />
              </Table.Td>
              <Table.Td>
                <Anchor component={Link} to={`/people/${person.id}`} c="inherit" fw={500}>
                  {person.firstName} {person.lastName}
                </Anchor>
              </Table.Td>
              <Table.Td>{person.email}</Table.Td>
              <Table.Td>
                <Text>{person.department?.name}</Text>
              </Table.Td>
              <Table.Td>
                <StatusBadge status={person} zone={account.timeZone} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
