import '@mantine/spotlight/styles.layer.css'
import { Spotlight, spotlight } from '@mantine/spotlight'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconUser, IconUserCircle, IconUserPlus, type Icon } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { listUsers } from '#contract/people.ts'
import type { Role } from '#contract/roles.ts'
import { ask } from '#web/api/ask.ts'
import { pagesOf } from './pages.ts'

const FIRST_PEOPLE = 8
const TYPING_MS = 200

interface Choice {
  id: string
  label: string
  description?: string
  icon: Icon
  go: () => unknown
}

/** Pages, actions and people by a few letters. Opens whenever `asked` rises. */
export function CommandPalette({ role, asked }: { role: Role; asked: number }) {
  const { t } = useTranslation('shell')
  const [typed, setTyped] = useState('')
  const pages = usePages(role).filter(({ label }) => matches(label, typed))
  const actions = useActions().filter(({ label }) => matches(label, typed))
  const { people, searching } = usePeople(typed.trim())

  useEffect(() => {
    spotlight.open()
  }, [asked])

  const isEmpty = pages.length + actions.length + people.length === 0
  return (
    <Spotlight.Root query={typed} onQueryChange={setTyped} shortcut={null} scrollable maxHeight={420}>
      <Spotlight.Search placeholder={t('searchOrJump')} leftSection={<IconSearch size={18} />} aria-label={t('searchOrJump')} />
      <Spotlight.ActionsList>
        <Choices group={t('people')} choices={people} />
        <Choices group={t('pages')} choices={pages} />
        <Choices group={t('actions')} choices={actions} />
        {isEmpty && <Spotlight.Empty>{searching ? t('searching') : t('nothingFound', { search: typed })}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

function Choices({ group, choices }: { group: string; choices: Choice[] }) {
  if (choices.length === 0) return null
  return (
    <Spotlight.ActionsGroup label={group}>
      {choices.map(({ id, label, description, icon: Icon, go }) => (
        <Spotlight.Action
          key={id}
          label={label}
          {...(description && { description })}
          leftSection={<Icon size={18} stroke={1.75} />}
          onClick={() => void go()}
        />
      ))}
    </Spotlight.ActionsGroup>
  )
}

const matches = (label: string, typed: string): boolean => label.toLowerCase().includes(typed.trim().toLowerCase())

function usePages(role: Role): Choice[] {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  return [
    ...pagesOf(role).map(({ to, word, icon }) => ({ id: to, label: t(word), icon, go: () => navigate({ to }) })),
    { id: '/me', label: t('myAccount'), icon: IconUserCircle, go: () => navigate({ to: '/me' }) },
  ]
}

function useActions(): Choice[] {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  return [{ id: 'add', label: t('addPerson'), icon: IconUserPlus, go: () => navigate({ to: '/people/add' }) }]
}

function usePeople(typed: string): { people: Choice[]; searching: boolean } {
  const navigate = useNavigate()
  const [search] = useDebouncedValue(typed, TYPING_MS)
  const { data, isFetching } = useQuery({
    ...ask(listUsers, { search, limit: FIRST_PEOPLE }),
    enabled: search.length > 1,
    placeholderData: keepPreviousData,
  })
  const found = typed.length > 1 ? (data?.items ?? []) : []
  return {
    searching: isFetching || search !== typed,
    people: found.map(({ id, firstName, lastName, email }) => ({
      id,
      label: `${firstName} ${lastName}`,
      description: email,
      icon: IconUser,
      go: () => navigate({ to: '/people/$userId', params: { userId: id } }),
    })),
  }
}
