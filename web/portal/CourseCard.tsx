import { Badge, Button, Group, Progress, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconBook2, IconCertificate, IconCheck, IconClock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { MyCourse } from '#contract/portal.ts'
import { useMe } from '#web/api/me.ts'
import { addressOf } from '#web/courses/kinds.ts'
import { daysBetween, showDate, showDay } from '#web/parts/dates.ts'
import classes from './HomePage.module.css'

/** One of my courses: how far I am, until when, and the way in. */
export function CourseCard({ course }: { course: MyCourse }) {
  const { t } = useTranslation('portal')
  const { courseId, title, description, coverFileId, isMandatory, state, progress, modules, certificateId } = course
  const action = state === 'completed' ? 'lookAgain' : state === 'in_progress' ? 'continue' : 'start'
  return (
    <article className={classes.card} aria-label={title}>
      <div className={classes.cover}>
        {coverFileId ? (
          <img src={addressOf(coverFileId)} alt="" loading="lazy" />
        ) : (
          <IconBook2 size={36} stroke={1.25} aria-hidden />
        )}
      </div>
      <div className={classes.body}>
        <Group gap="xs">
          <Badge variant="light" color="gray">
            {t(isMandatory ? 'mandatory' : 'optional')}
          </Badge>
          <Due course={course} />
        </Group>
        <Title order={3} fz="md">
          {title}
        </Title>
        {description && (
          <Text c="dimmed" size="sm" lineClamp={2}>
            {description}
          </Text>
        )}
        <div className={classes.foot}>
          <Text size="sm" c="dimmed">
            {t('modules', { count: modules })} · {t('percent', { progress })}
          </Text>
          <Group gap="xs" wrap="nowrap">
            {certificateId && (
              <Button
                component="a"
                href={`/api/v1/certificates/${certificateId}/pdf`}
                target="_blank"
                className={classes.beside}
                variant="subtle"
                size="xs"
                leftSection={<IconCertificate size={16} />}
              >
                {t('certificate')}
              </Button>
            )}
            <Button
              component={Link}
              className={classes.open}
              to={`/learn/${courseId}`}
              size="xs"
              variant={state === 'completed' ? 'default' : 'filled'}
              aria-label={t(`${action}Course`, { title })}
            >
              {t(action)}
            </Button>
          </Group>
        </div>
        <Progress value={progress} size="sm" aria-label={t('progressOf', { title })} />
      </div>
    </article>
  )
}

const SOON_DAYS = 7

/** Until when, in words: never by colour alone. */
function Due({ course: { state, dueDate, completedAt } }: { course: MyCourse }) {
  const { t } = useTranslation('portal')
  const { account } = useMe()
  if (completedAt)
    return (
      <Badge variant="light" color="green" leftSection={<IconCheck size={12} />}>
        {t('doneOn', { date: showDay(completedAt, account.timeZone) })}
      </Badge>
    )
  if (!dueDate) return null
  if (state === 'overdue')
    return (
      <Badge variant="light" color="red" leftSection={<IconAlertTriangle size={12} />}>
        {t('overdueSince', { date: showDate(dueDate) })}
      </Badge>
    )
  const isSoon = daysBetween(account.today, dueDate) <= SOON_DAYS
  return (
    <Badge variant="light" color={isSoon ? 'yellow' : 'gray'} leftSection={<IconClock size={12} />}>
      {t(isSoon ? 'dueSoon' : 'dueOn', { date: showDate(dueDate) })}
    </Badge>
  )
}
