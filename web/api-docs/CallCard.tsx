import { Anchor, Card, Code, Group, Text, Title } from '@mantine/core'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Endpoint } from '#contract/endpoint.ts'
import classes from './ApiDocsPage.module.css'
import { ProblemList } from './ProblemList.tsx'
import { answerShape, curlOf, fieldsOf } from './schema.ts'

interface CallCardProps {
  name: string
  endpoint: Endpoint
}

/** One call: what it does, who may call it, what it takes, answers and refuses. */
export const CallCard = memo(function CallCard({ name, endpoint }: CallCardProps) {
  const { t } = useTranslation('api-docs')
  const { method, path, summary, access, problems = [] } = endpoint
  return (
    <Card component="article" id={name} className={classes.call}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={3}>{summary}</Title>
        <Anchor href={`#${name}`} aria-label={t('linkTo', { name })} c="dimmed">
          #
        </Anchor>
      </Group>
      <div className={classes.address}>
        <span className={classes.method}>{method}</span> {path}
      </div>
      <Text c="dimmed">
        {t('access')}: {t(`accessOf.${access}`)}
      </Text>
      <Part title={t('input')}>
        <Fields endpoint={endpoint} />
      </Part>
      <Part title={t('answer')}>
        <Code block tabIndex={0} className={classes.code}>
          {answerShape(endpoint)}
        </Code>
      </Part>
      {problems.length > 0 && (
        <Part title={t('problems')}>
          <ProblemList codes={problems} />
        </Part>
      )}
      <Part title={t('example')}>
        <Code block tabIndex={0} className={classes.code}>
          {curlOf(endpoint, window.location.origin)}
        </Code>
      </Part>
    </Card>
  )
})

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.part}>
      <Title order={4} size="sm" mb={4}>
        {title}
      </Title>
      {children}
    </div>
  )
}

function Fields({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation('api-docs')
  const fields = fieldsOf(endpoint)
  if (fields.length === 0) return <Text c="dimmed">{t('noInput')}</Text>
  return (
    <ul className={classes.rows}>
      {fields.map(({ name, place, shape, isRequired }) => (
        <li key={name} className={classes.row}>
          <div>
            <Code>{name}</Code>
            <Text c="dimmed" size="xs">
              {t(`placeOf.${place}`)}, {isRequired ? t('required') : t('optional')}
            </Text>
          </div>
          <div className={classes.shape}>{shape}</div>
        </li>
      ))}
    </ul>
  )
}
