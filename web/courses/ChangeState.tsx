import { Button, List, Menu, Stack, Text } from '@mantine/core'
import { IconArchive, IconPencil, IconRocket } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeCourseState, type Course, type CourseState } from '#contract/courses.ts'
import { allows } from '#contract/roles.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { departments, groups } from '#web/parts/choices.queries.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { courseRow, givenTo, useKeep } from './courses.queries.ts'

/** Publish, archive, back to draft. */
export function ChangeState({ course }: { course: Course }) {
  const { t } = useTranslation('courses')
  const [next, setNext] = useState<CourseState | null>(null)
  const { state } = course
  return (
    <>
      {state !== 'published' && (
        <Button leftSection={<IconRocket size={16} />} onClick={() => setNext('published')}>
          {t('publish')}
        </Button>
      )}
      <MoreMenu variant="default" size={36} label={t('moreFor', { title: course.title })}>
        {state !== 'draft' && (
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setNext('draft')}>
            {t('toDraft')}
          </Menu.Item>
        )}
        {state !== 'archived' && (
          <Menu.Item leftSection={<IconArchive size={16} />} onClick={() => setNext('archived')}>
            {t('archive')}
          </Menu.Item>
        )}
      </MoreMenu>
      {next && <ChangeStateDialog course={course} next={next} onClose={() => setNext(null)} />}
    </>
  )
}

interface ChangeStateDialogProps {
  course: Course
  next: CourseState
  onClose: () => void
}

/** Says what the change means, and to whom, before it is made. */
export function ChangeStateDialog({ course, next, onClose }: ChangeStateDialogProps) {
  const { t } = useTranslation('courses')
  const keep = useKeep()
  const { title } = course
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t(`change.${next}.title`, { title })}
      confirm={t(`change.${next}.confirm`)}
      onConfirm={async () => {
        keep(await call(changeCourseState, { courseId: course.id, state: next }))
        toastDone({ title: t(`change.${next}.done`, { title }) })
      }}
    >
      <Stack gap="sm">
        <Text>{t(`change.${next}.text`)}</Text>
        {next === 'published' && <WhoGetsIt courseId={course.id} />}
        {next === 'archived' && <WhoHasIt courseId={course.id} />}
      </Stack>
    </ConfirmDialog>
  )
}

/** The groups and departments whose people get the course with its publication. */
function WhoGetsIt({ courseId }: { courseId: string }) {
  const { t } = useTranslation('courses')
  const { role } = useMe()
  const given = useQuery(givenTo(courseId)).data?.items
  // Authors do not see people, nor how many there are.
  const enabled = allows('people', role)
  const [inGroups, inDepartments] = [useQuery({ ...groups(), enabled }), useQuery({ ...departments(), enabled })]
  const active = new Map(
    [...(inGroups.data?.items ?? []), ...(inDepartments.data?.items ?? [])].map((one) => [one.id, one.active]),
  )
  if (!given) return null
  if (given.length === 0) return <Text c="dimmed">{t('givenToNobody')}</Text>
  return (
    <div>
      <Text>{t('givenTo', { count: given.length })}</Text>
      <List mt={4}>
        {given.map(({ id, group, department }) => {
          const { id: of, name } = (group ?? department)!
          const count = active.get(of)
          return (
            <List.Item key={id}>
              {t(group ? 'givenToGroup' : 'givenToDepartment', { name })}
              {count !== undefined && ` · ${t('activePeople', { count })}`}
            </List.Item>
          )
        })}
      </List>
    </div>
  )
}

function WhoHasIt({ courseId }: { courseId: string }) {
  const { t } = useTranslation('courses')
  const row = useQuery(courseRow(courseId)).data
  return row ? <Text c="dimmed">{t('archiveReaches', { count: row.enrolled })}</Text> : null
}
