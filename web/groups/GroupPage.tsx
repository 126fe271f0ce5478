import { Anchor, Button, Group as Row, Menu, Tabs } from '@mantine/core'
import { IconChevronLeft, IconPencil, IconPlus, IconTrash, IconUsersGroup } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { editGroup, type Group } from '#contract/groups.ts'
import { allows } from '#contract/roles.ts'
import { useMe } from '#web/api/me.ts'
import { GivenCourses } from '#web/enrollments/GivenCourses.tsx'
import { groups } from '#web/parts/choices.queries.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { PageSkeleton } from '#web/parts/PageSkeleton.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { AddMembersDialog } from './AddMembersDialog.tsx'
import { DeleteGroupDialog } from './DeleteGroupDialog.tsx'
import { GroupDialog } from './GroupDialog.tsx'
import { Members } from './Members.tsx'
import { Provisioned } from './Provisioned.tsx'

const route = getRouteApi('/groups/$groupId')

/** One group: who is in it, active and inactive; and the courses that its members get. */
export function GroupPage() {
  const { groupId } = route.useParams()
  const asked = useQuery(groups())
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <PageSkeleton />
  const group = asked.data.items.find(({ id }) => id === groupId)
  return group ? <Known key={group.id} group={group} /> : <Gone />
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

function Known({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const { role } = useMe()
  const { tab = 'members' } = route.useSearch()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'add' | 'edit' | 'delete' | null>(null)
  const close = (): void => setOpen(null)
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('add')}>
      {t('addPeople')}
    </Button>
  )
  return (
    <>
      <Anchor component={Link} to="/groups" size="sm">
        <Row gap={2} component="span">
          <IconChevronLeft size={16} aria-hidden /> {t('back')}
        </Row>
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
        action={
          <Row gap="xs">
            {allows(editGroup.access, role) && (
              <MoreMenu label={t('more', { name: group.name })} size={36} variant="default">
                <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setOpen('edit')}>
                  {t('edit')}
                </Menu.Item>
                <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => setOpen('delete')}>
                  {t('delete')}
                </Menu.Item>
              </MoreMenu>
            )}
            {add}
          </Row>
        }
        tabs={
          <Tabs
            value={tab}
            onChange={(next) =>
              void navigate({
                to: '/groups/$groupId',
                params: { groupId: group.id },
                search: next === 'courses' ? { tab: next } : {},
                replace: true,
              })
            }
          >
            <Tabs.List>
              <Tabs.Tab value="members">{t('members')}</Tabs.Tab>
              <Tabs.Tab value="courses">{t('courses')}</Tabs.Tab>
            </Tabs.List>
          </Tabs>
        }
      />
      {tab === 'members' && <Members group={group} add={add} />}
      {tab === 'courses' && <GivenCourses target={{ groupId: group.id }} name={group.name} />}
      {open === 'add' && <AddMembersDialog group={group} onClose={close} />}
      {open === 'edit' && <GroupDialog group={group} onClose={close} />}
      {open === 'delete' && (
        <DeleteGroupDialog group={group} onClose={close} onDeleted={() => void navigate({ to: '/groups' })} />
      )}
    </>
  )
}
