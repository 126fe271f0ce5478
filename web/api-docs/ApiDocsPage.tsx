import '#web/api/strict.ts'
import { Anchor, Button, TextInput, Title } from '@mantine/core'
import { IconFileCode, IconSearch, IconSearchOff } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Endpoint } from '#contract/endpoint.ts'
import { endpoints } from '#contract/endpoints.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import classes from './ApiDocsPage.module.css'
import { CallCard } from './CallCard.tsx'
import { Introduction } from './Introduction.tsx'

/** All of them, in the order in which a reader meets them. */
const subjects: Record<Endpoint['tag'], true> = {
  'Sign in': true,
  People: true,
  Lifecycle: true,
  Seats: true,
  Groups: true,
  Departments: true,
  Courses: true,
  Enrollments: true,
  Portal: true,
  Reports: true,
  Activity: true,
  Mail: true,
  Account: true,
  'API tokens': true,
  Webhooks: true,
  Provisioning: true,
  'Single sign-on': true,
}

type Calls = [name: string, endpoint: Endpoint][]

/** The API for those who write programs. Made from the contract that the server serves by, so that it cannot lag. */
export function ApiDocsPage() {
  const { t } = useTranslation('api-docs')
  const [search, setSearch] = useState('')
  const found = Object.entries(endpoints).filter(matches(search))
  const shown = Object.keys(subjects)
    .map((subject): [string, Calls] => [subject, found.filter(([, { tag }]) => tag === subject)])
    .filter(([, calls]) => calls.length > 0)
  useScrollToAnchor()

  return (
    <div className={classes.page}>
      <Contents subjects={shown} />
      <div className={classes.content}>
        <PageTitle
          title={t('title')}
          subtitle={t('subtitle')}
          action={
            <Button
              component="a"
              href="/api/openapi.json"
              variant="default"
              leftSection={<IconFileCode size={18} stroke={1.75} />}
            >
              {t('openApi')}
            </Button>
          }
        />
        <TextInput
          type="search"
          aria-label={t('filter')}
          placeholder={t('filterPlaceholder')}
          leftSection={<IconSearch size={16} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          className={classes.filter}
        />
        {search === '' && <Introduction />}
        {shown.length === 0 && (
          <EmptyState
            icon={IconSearchOff}
            title={t('nothing', { search })}
            action={
              <Button variant="default" onClick={() => setSearch('')}>
                {t('clear')}
              </Button>
            }
          />
        )}
        {shown.map(([subject, calls]) => (
          <section key={subject}>
            <Title order={2} className={classes.subject}>
              {subject}
            </Title>
            {calls.map(([name, endpoint]) => (
              <CallCard key={name} name={name} endpoint={endpoint} />
            ))}
          </section>
        ))}
      </div>
    </div>
  )
}

function Contents({ subjects }: { subjects: [string, Calls][] }) {
  const { t } = useTranslation('api-docs')
  return (
    <nav aria-label={t('contents')} className={classes.contents}>
      {subjects.map(([subject, calls]) => (
        <div key={subject}>
          <div className={classes.contentsSubject}>{subject}</div>
          {calls.map(([name]) => (
            <Anchor key={name} href={`#${name}`} className={classes.contentsCall}>
              {name}
            </Anchor>
          ))}
        </div>
      ))}
    </nav>
  )
}

const matches =
  (search: string) =>
  ([name, { method, path, summary, tag, problems = [] }]: Calls[number]): boolean =>
    [name, method, path, summary, tag, ...problems].join(' ').toLowerCase().includes(search.trim().toLowerCase())

/** The page is drawn after the browser has looked for the anchor in the address. */
function useScrollToAnchor(): void {
  useEffect(() => {
    document.getElementById(window.location.hash.slice(1))?.scrollIntoView()
  }, [])
}
