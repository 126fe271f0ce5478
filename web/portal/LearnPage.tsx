import { ActionIcon, Alert, Anchor, Button, Drawer, Group, Progress, Text, Title } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconArrowLeft, IconArrowRight, IconBook, IconCertificate, IconEye, IconListDetails } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MyModule, Outline as OutlineTold, Standing } from '#contract/portal.ts'
import { Refused } from '#web/api/refused.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageSkeleton } from '#web/parts/PageSkeleton.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import classes from './LearnPage.module.css'
import { Outline } from './Outline.tsx'
import { Player } from './Player.tsx'
import { myCourses, outline } from './portal.queries.ts'
import type { KeptAnswers } from './QuizModule.tsx'

const route = getRouteApi('/learn/$courseId')

/** The player: the outline of a course, and the module that is open. */
export function LearnPage() {
  const { courseId } = route.useParams()
  const { preview } = route.useSearch()
  const asked = useQuery(outline(courseId, preview === 'true'))
  if (asked.isPending) return <PageSkeleton />
  if (isTaken(asked.error)) return <Gone />
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  return <Course course={asked.data} isPreview={preview === 'true'} />
}

/** The course is no longer theirs to open. A server that does not answer for a moment takes nothing away. */
const isTaken = (error: unknown): boolean => error instanceof Refused && error.status >= 403 && error.status < 500

function Gone() {
  const { t } = useTranslation('portal')
  const toCourses = (
    <Button component={Link} to="/home" variant="default">
      {t('toMyCourses')}
    </Button>
  )
  return <EmptyState icon={IconBook} title={t('gone')} text={t('goneText')} action={toCourses} />
}

function Course({ course, isPreview }: { course: OutlineTold; isPreview: boolean }) {
  const { t } = useTranslation(['portal', 'parts'])
  const { module: chosen } = route.useSearch()
  const navigate = useNavigate()
  const [kept] = useState<KeptAnswers>(() => new Map())
  const [hasAnswers, setHasAnswers] = useState(false)
  useUnsavedGuard(hasAnswers, 'page')
  const [isListOpen, list] = useDisclosure(false)
  const modules = course.sections.flatMap((section) => section.modules)
  const module =
    modules.find(({ id }) => id === chosen) ?? modules.find(({ id }) => id === course.resumeModuleId) ?? modules[0]
  const place = module ? modules.indexOf(module) : -1
  const [previous, next] = [modules[place - 1], modules[place + 1]]
  const tell = useTell(course, isPreview)

  const open = (to: MyModule | undefined) => {
    if (!to) return
    list.close()
    void navigate({
      to: '/learn/$courseId',
      params: { courseId: course.courseId },
      search: { module: to.id, ...(isPreview && { preview: 'true' as const }) },
    })
  }
  useHotkeys([
    ['p', () => open(previous)],
    ['n', () => open(next)],
  ])

  const contents = <Outline course={course} openId={module?.id} onOpen={open} />
  return (
    <>
      <PageTitle
        title={course.title}
        subtitle={
          <Group gap="sm" wrap="nowrap" maw={420}>
            <Progress
              value={course.progress}
              flex={1}
              size="sm"
              aria-label={t('progressOf', { title: course.title })}
            />
            <Text size="sm">{t('percent', { progress: course.progress })}</Text>
          </Group>
        }
        action={
          <Group gap="xs">
            <Button component={Link} to={isPreview ? `/courses/${course.courseId}` : '/home'} variant="default">
              {t(isPreview ? 'endPreview' : 'toMyCourses')}
            </Button>
            <ActionIcon
              className={classes.listButton}
              variant="default"
              size="lg"
              aria-label={t('contents')}
              onClick={list.open}
            >
              <IconListDetails size={18} />
            </ActionIcon>
          </Group>
        }
      />
      {isPreview && (
        <Alert mb="md" color="gray" icon={<IconEye size={18} />}>
          {t('isPreview')}
        </Alert>
      )}
      {course.completedAt && <Done course={course} />}
      <div className={classes.player}>
        <nav className={classes.outline} aria-label={t('contents')}>
          {contents}
        </nav>
        <section className={classes.content} aria-labelledby="module">
          {module ? (
            <>
              <Title order={2} id="module" mb="sm">
                {module.title}
              </Title>
              <Player
                key={module.id}
                module={module}
                isPreview={isPreview}
                kept={kept}
                onKept={() => setHasAnswers(kept.size > 0)}
                onStanding={(standing) => tell(module.id, standing)}
              />
              <Group justify="space-between" mt="lg">
                <Button
                  variant="default"
                  leftSection={<IconArrowLeft size={16} />}
                  disabled={!previous}
                  onClick={() => open(previous)}
                >
                  {t('previous')}
                </Button>
                <Text size="xs" c="dimmed" visibleFrom="sm">
                  {t('keys')}
                </Text>
                <Button
                  variant={module.state === 'completed' ? 'filled' : 'default'}
                  rightSection={<IconArrowRight size={16} />}
                  disabled={!next}
                  onClick={() => open(next)}
                >
                  {t('next')}
                </Button>
              </Group>
            </>
          ) : (
            <Text c="dimmed">{t('nothingYet')}</Text>
          )}
        </section>
      </div>
      <Drawer
        opened={isListOpen}
        onClose={list.close}
        title={t('contents')}
        closeButtonProps={{ 'aria-label': t('parts:close') }}
      >
        {contents}
      </Drawer>
    </>
  )
}

/** What a player says of its module is shown at once; the rest of what it touches is asked again. */
function useTell(course: OutlineTold, isPreview: boolean): (moduleId: string, standing: Standing) => void {
  const queryClient = useQueryClient()
  const { queryKey } = outline(course.courseId, isPreview)
  return (moduleId, { state, score, progress, completedAt, certificateId }) => {
    if (isPreview) return
    queryClient.setQueryData<OutlineTold>(
      queryKey,
      (now) =>
        now && {
          ...now,
          progress,
          completedAt,
          certificateId,
          sections: now.sections.map((section) => ({
            ...section,
            modules: section.modules.map((one) => (one.id === moduleId ? { ...one, state, score } : one)),
          })),
        },
    )
    void queryClient.invalidateQueries({ queryKey: myCourses().queryKey })
  }
}

function Done({ course: { certificateId } }: { course: OutlineTold }) {
  const { t } = useTranslation('portal')
  return (
    <Alert mb="md" color="green" role="status" icon={<IconCertificate size={18} />} title={t('courseDone')}>
      {certificateId ? (
        <Anchor href={`/api/v1/certificates/${certificateId}/pdf`} target="_blank">
          {t('openCertificate')}
        </Anchor>
      ) : (
        t('courseDoneText')
      )}
    </Alert>
  )
}
