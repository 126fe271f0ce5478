import { Anchor, Button, Checkbox, Group as Row, Stack, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconUsersGroup } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeMembers, type Group } from '#contract/groups.ts'
import { listUsers } from '#contract/people.ts'
import { ask, askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { MemberRows } from './MemberRows.tsx'

const route = getRouteApi('/groups/$groupId')
const pauseMs = 250

interface MembersProps {
  group: Group
  /** The button that adds people, for where there are none. */
  add: ReactNode
}

/** Who is in a group, active and inactive, found by name or e-mail, and taken out again. */
export function Members({ group, add }: MembersProps) {
  const { t } = useTranslation('groups')
  const { search = '', cursor } = route.useSearch()
  const navigate = useNavigate()
  const [ticked, setTicked] = useState<readonly string[]>([])
  const members = useQuery({
    ...ask(listUsers, { groupId: [group.id], ...(search && { search }), ...(cursor && { cursor }) }),
    placeholderData: keepPreviousData,
  })
  const remove = useRemove(group, () => setTicked([]))
  const go = (to: { search?: string; cursor?: string }, replace = false): void =>
    void navigate({ to: '/groups/$groupId', params: { groupId: group.id }, search: to, replace })
  const find = useDebouncedCallback((text: string) => go(text ? { search: text } : {}, true), pauseMs)

  const ids = (members.data?.items ?? []).map(({ id }) => id)
  const tickedHere = ids.filter((id) => ticked.includes(id)).length
  // That nobody matched what was searched for before tells nothing of what is searched for now.
  const isNone = members.isSuccess && !members.isPlaceholderData && ids.length === 0 && !cursor
  if (isNone && !search)
    return <EmptyState icon={IconUsersGroup} title={t('noMembers')} text={t('noMembersText')} action={add} />
  return (
    <Stack gap="md">
      <Row justify="space-between" mih={36}>
        <TextInput
          type="search"
          aria-label={t('searchMembers')}
          placeholder={t('searchMembers')}
          leftSection={<IconSearch size={16} />}
          w={320}
          defaultValue={search}
          onChange={(event) => find(event.currentTarget.value.trim())}
        />
        {ticked.length > 0 ? (
          <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate([...ticked])}>
            {t('remove', { count: ticked.length })}
          </Button>
        ) : (
          <Anchor component={Link} to={`/people?groupId=${group.id}`}>
            {t('openInPeople')}
          </Anchor>
        )}
      </Row>
      {ids.length > 0 && (
        <Checkbox
          size="xs"
          label={t('tickAll')}
          checked={tickedHere === ids.length}
          indeterminate={tickedHere > 0 && tickedHere < ids.length}
          onChange={(event) =>
            setTicked(
              event.currentTarget.checked
                ? [...new Set([...ticked, ...ids])]
                : ticked.filter((id) => !ids.includes(id)),
            )
          }
        />
      )}
      {members.isError && <Failure error={members.error} onRetry={() => void members.refetch()} />}
      {isNone && <EmptyState icon={IconSearch} title={t('nobodyFound')} text={t('nobodyFoundText')} />}
      {!members.isError && !isNone && <MemberRows people={members.data?.items} ticked={ticked} onTick={setTicked} />}
      {members.data && (
        <Pager
          next={members.data.next}
          previous={members.data.previous}
          onPage={(next) => go({ ...(search && { search }), cursor: next })}
        />
      )}
    </Stack>
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
