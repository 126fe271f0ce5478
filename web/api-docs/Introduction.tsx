import { Code, List, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { endpoints } from '#contract/endpoints.ts'
import type { ProblemCode } from '#contract/problems.ts'
import classes from './ApiDocsPage.module.css'
import { ProblemList } from './ProblemList.tsx'
import { curlOf } from './schema.ts'

const everywhere: ProblemCode[] = [
  'not_signed_in',
  'account_inactive',
  'not_allowed',
  'other_site',
  'invalid_input',
  'broken_body',
  'wrong_content_type',
  'too_large',
  'key_used_otherwise',
  'unavailable',
  'internal',
]
const sentences = [
  'startSession',
  'startBodies',
  'startPages',
  'startDates',
  'startKeys',
  'startProblems',
  'startLive',
] as const

/** What holds for every call. */
export function Introduction() {
  const { t } = useTranslation('api-docs')
  return (
    <section>
      <Title order={2} className={classes.subject}>
        {t('startTitle')}
      </Title>
      <List spacing={4} mb="md">
        {sentences.map((sentence) => (
          <List.Item key={sentence}>{t(sentence)}</List.Item>
        ))}
      </List>
      <Code block tabIndex={0} mb="lg">
        {curlOf(endpoints['signIn']!, window.location.origin)}
      </Code>
      <Title order={3} mb="xs">
        {t('everyCall')}
      </Title>
      <ProblemList codes={everywhere} />
    </section>
  )
}
