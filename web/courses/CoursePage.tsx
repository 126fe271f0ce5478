import { Anchor, Button, Group, Tabs } from '@mantine/core'
import { IconBook, IconChevronLeft, IconEye } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Course, CourseRow } from '#contract/courses.ts'
import { getCourse } from '#contract/courses.ts'
import { listUsers } from '#contract/people.ts'
import { allows } from '#contract/roles.ts'
import { useMe } from '#web/api/me.ts'
import { Refused } from '#web/api/refused.ts'
import { CoursePeople } from '#web/enrollments/CoursePeople.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageSkeleton } from '#web/parts/PageSkeleton.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { ChangeState } from './ChangeState.tsx'
import { ContentTab } from './ContentTab.tsx'
import { course, courseRow } from './courses.queries.ts'
import { SettingsTab } from './SettingsTab.tsx'
import { StateBadge } from './StateBadge.tsx'

const route = getRouteApi('/courses/$courseId')
const tabs = ['content', 'people', 'settings'] as const

/** One course: for those who make it, its content and settings; for those who see people, who has it. */
export function CoursePage() {
  const { courseId } = route.useParams()
  const { role } = useMe()
  return allows(getCourse.access, role) ? <Made key={courseId} id={courseId} /> : <Seen key={courseId} id={courseId} />
}

function Made({ id }: { id: string }) {
  const { t } = useTranslation('courses')
  const { tab = 'content', module } = route.useSearch()
  const navigate = useNavigate()
  const seesPeople = allows(listUsers.access, useMe().role)
  const asked = useQuery(course(id))
  if (asked.isLoadingError) return <NotShown error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <PageSkeleton />
  return (
    <>
      <Head
        course={asked.data}
        action={
          <>
            <Button
              component={Link}
              to={`/learn/${id}?preview=true${module ? `&module=${module}` : ''}`}
              variant="default"
              leftSection={<IconEye size={16} />}
            >
              {t('preview')}
            </Button>
            <ChangeState course={asked.data} />
          </>
        }
        tabs={
          <Tabs
            value={tab}
            onChange={(next) =>
              void navigate({
                to: '/courses/$courseId',
                params: { courseId: id },
                search: { tab: next as (typeof tabs)[number] },
              })
            }
          >
            <Tabs.List>
              <Tabs.Tab value="content">{t('tabContent')}</Tabs.Tab>
              {seesPeople && <Tabs.Tab value="people">{t('tabPeople')}</Tabs.Tab>}
              <Tabs.Tab value="settings">{t('tabSettings')}</Tabs.Tab>
            </Tabs.List>
          </Tabs>
        }
      />
      {tab === 'content' && <ContentTab course={asked.data} />}
      {tab === 'people' && seesPeople && <CoursePeople courseId={id} state={asked.data.state} />}
      {tab === 'settings' && <SettingsTab course={asked.data} />}
    </>
  )
}

function Seen({ id }: { id: string }) {
  const { t } = useTranslation('courses')
  const asked = useQuery(courseRow(id))
  if (asked.isLoadingError) return <NotShown error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <PageSkeleton />
  const { modules, enrolled, completed } = asked.data
  return (
    <>
      <Head course={asked.data} figures={t('figures', { modules, enrolled, completed })} />
      <CoursePeople courseId={id} state={asked.data.state} />
    </>
  )
}

interface HeadProps {
  course: Pick<Course | CourseRow, 'title' | 'state'>
  figures?: string
  action?: ReactNode
  tabs?: ReactNode
}

function Head({ course: { title, state }, figures, action, tabs: tabList }: HeadProps) {
  const { t } = useTranslation('courses')
  return (
    <>
      <Anchor component={Link} to="/courses" size="sm">
        <Group gap={2} component="span">
          <IconChevronLeft size={16} aria-hidden /> {t('back')}
        </Group>
      </Anchor>
      <PageTitle
        title={title}
        subtitle={
          <Group gap="sm">
            <StateBadge state={state} />
            {figures}
          </Group>
        }
        action={action}
        tabs={tabList}
      />
    </>
  )
}

function NotShown({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation('courses')
  if (!(error instanceof Refused) || (error.code !== 'not_found' && error.code !== 'invalid_input'))
    return <Failure error={error} onRetry={onRetry} />
  const toCourses = (
    <Button component={Link} to="/courses" variant="default">
      {t('toCourses')}
    </Button>
  )
  return <EmptyState icon={IconBook} title={t('gone')} text={t('goneText')} action={toCourses} />
}
