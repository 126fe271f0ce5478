import { Paper, Stack, Title } from '@mantine/core'
import { IconBook2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { MyCourse } from '#contract/portal.ts'
import { useMe } from '#web/api/me.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageSkeleton } from '#web/parts/PageSkeleton.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { CourseCard } from './CourseCard.tsx'
import classes from './HomePage.module.css'
import { EndOfAccess } from './EndOfAccess.tsx'
import { myCourses } from './portal.queries.ts'

/** The learner's start: what is to be done, and what was. */
export function HomePage() {
  const { t } = useTranslation('portal')
  const { firstName, account } = useMe()
  const asked = useQuery(myCourses())
  return (
    <>
      <PageTitle title={t('hello', { name: firstName })} subtitle={account.name} />
      <EndOfAccess />
      {asked.isPending && <PageSkeleton />}
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isSuccess &&
        (asked.data.items.length === 0 ? (
          <Paper>
            <EmptyState icon={IconBook2} title={t('noCoursesTitle')} text={t('noCoursesText')} />
          </Paper>
        ) : (
          <Sections courses={asked.data.items} />
        ))}
    </>
  )
}

const sectionOf = ({ state }: MyCourse) =>
  state === 'completed' ? 'done' : state === 'in_progress' ? 'inProgress' : 'toDo'

function Sections({ courses }: { courses: readonly MyCourse[] }) {
  const { t } = useTranslation('portal')
  const bySection = Map.groupBy(courses, sectionOf)
  return (
    <Stack gap="xl">
      {(['toDo', 'inProgress', 'done'] as const).map((section) => {
        const these = bySection.get(section)
        return (
          these && (
            <section key={section} aria-labelledby={section}>
              <Title order={2} id={section} mb="sm">
                {t(section, { count: these.length })}
              </Title>
              <div className={classes.cards}>
                {these.map((course) => (
                  <CourseCard key={course.enrollmentId} course={course} />
                ))}
              </div>
            </section>
          )
        )
      })}
    </Stack>
  )
}
