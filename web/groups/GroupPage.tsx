import { Anchor, Button, Checkbox, Group as Row, Space, Stack } from '@mantine/core'
import { IconChevronLeft, IconPlus, IconUsersGroup } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeMembers, type Group } from '#contract/groups.ts'
import { listUsers } from '#contract/people.ts'
import { ask, askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { GivenCourses } from '#web/enrollments/GivenCourses.tsx'
import { groups } from '#web/parts/choices.queries.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageSkeleton } from '#web/parts/PageSkeleton.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { AddMembersDialog } from './AddMembersDialog.tsx'
import { MemberRows } from './MemberRows.tsx'
import { Provisioned } from './Provisioned.tsx'

const route = getRouteApi('/groups/$groupId')

/** One group: who is in it, active and inactive. */
export function GroupPage() {
  const { groupId } = route.useParams()
  const asked = useQuery(groups())
  if (asked.isError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <PageSkeleton />
  const group = asked.data.items.find(({ id }) => id === groupId)
  return group ? <Members key={group.id} group={group} /> : <Gone />
}

function Gone() {
  const { t } = useTranslation('groups')
  const toGroups = (
    <Button component={Link} to="/groups" variant="default">
      {t('toGroups')}
    </Button>
  )
  return <EmptyState icon={IconUsersGroup} title={t('gone')} text={t('goneText')} action={toGroups} />
}

function Members({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const { cursor } = route.useSearch()
  const navigate = useNavigate()
  const [isAdding, setIsAdding] = useState(false)
  const [ticked, setTicked] = useState<readonly string[]>([])
  const members = useQuery({
    ...ask(listUsers, { groupId: [group.id], ...(cursor && { cursor }) }),
    placeholderData: keepPreviousData,
  })
  const ids = (members.data?.items ?? []).map(({ id }) => id)
  const tickedHere = ids.filter((id) => ticked.includes(id)).length
  const isEmpty = members.isSuccess && ids.length === 0 && !cursor
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
            {group.isProvisioned && <Provisioned />}
          </>
        }
        action={add}
      />
      <Stack gap="md">
        <Row justify="space-between" mih={36}>
          <Row gap="md">
            {ids.length > 0 && (
              <Checkbox
                size="xs"
                label={t('tickAll')}
                checked={tickedHere === ids.length}
                indeterminate={tickedHere > 0 && tickedHere < ids.length}
                onChange={(event) => setTicked(event.currentTarget.checked ? [...new Set([...ticked, ...ids])] : [])}
              />
            )}
            <Anchor component={Link} to={`/people?groupId=${group.id}`}>
              {t('openInPeople')}
            </Anchor>
          </Row>
          {ticked.length > 0 && (
            <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate([...ticked])}>
              {t('remove', { count: ticked.length })}
            </Button>
          )}
        </Row>
        {members.isError && <Failure error={members.error} onRetry={() => void members.refetch()} />}
        {isEmpty && <EmptyState icon={IconUsersGroup} title={t('noMembers')} text={t('noMembersText')} action={add} />}
        {!members.isError && !isEmpty && <MemberRows people={members.data?.items} ticked={ticked} onTick={setTicked} />}
        {members.data && (
          <Pager
            next={members.data.next}
            previous={members.data.previous}
            onPage={(next) =>
              void navigate({ to: '/groups/$groupId', params: { groupId: group.id }, search: { cursor: next } })
            }
          />
        )}
      </Stack>
      <Space h="xl" />
      <GivenCourses target={{ groupId: group.id }} name={group.name} />
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
