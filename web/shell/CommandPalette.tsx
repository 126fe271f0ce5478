import '@mantine/spotlight/styles.layer.css'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconUser, IconUserCircle, IconUserPlus, type Icon } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { listUsers } from '#contract/people.ts'
import { allows, type Role } from '#contract/roles.ts'
import { ask } from '#web/api/ask.ts'
import { pagesOf } from './pages.ts'

const [store, palette] = createSpotlight()
const FIRST_PEOPLE = 8
const TYPING_MS = 200

interface Choice {
  id: string
  label: string
  description?: string
  icon: Icon
  go: () => unknown
}

/** Shows the palette, also one that is only just being drawn. */
export const openPalette = palette.open

/** Pages, actions and people by a few letters. */
export function CommandPalette({ role }: { role: Role }) {
  const { t } = useTranslation('shell')
  const [typed, setTyped] = useState('')
  const pages = usePages(role).filter(({ label }) => matches(label, typed))
  const actions = useActions(role).filter(({ label }) => matches(label, typed))
  const { people, searching } = usePeople(typed.trim(), role)

  const first = people[0]?.id ?? pages[0]?.id ?? actions[0]?.id
  useEffect(selectFirst, [first])

  const isEmpty = pages.length + actions.length + people.length === 0
  return (
    <Spotlight.Root
      store={store}
      query={typed}
      onQueryChange={setTyped}
      shortcut={null}
      scrollable
      maxHeight={420}
      centered={false}
      yOffset="12vh"
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
    >
      <Spotlight.Search
        placeholder={t('searchOrJump')}
        leftSection={<IconSearch size={18} />}
        aria-label={t('searchOrJump')}
      />
      <Spotlight.ActionsList>
        <Choices group={t('people')} choices={people} />
        <Choices group={t('pages')} choices={pages} />
        <Choices group={t('actions')} choices={actions} />
        {isEmpty && (
          <Spotlight.Empty>{searching ? t('searching') : t('nothingFound', { search: typed })}</Spotlight.Empty>
        )}
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

/** Spotlight chooses the first with each letter typed, but people arrive later. Enter shall take the first of them, too. */
function selectFirst(): void {
  const list = document.getElementById(store.getState().listId)
  if (!list || list.querySelector('[data-selected]')) return
  list.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
  store.updateState((state) => ({ ...state, selected: 0 }))
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

function useActions(role: Role): Choice[] {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  if (!allows('people', role)) return []
  return [{ id: 'add', label: t('addPerson'), icon: IconUserPlus, go: () => navigate({ to: '/people/add' }) }]
}

function usePeople(typed: string, role: Role): { people: Choice[]; searching: boolean } {
  const navigate = useNavigate()
  const [search] = useDebouncedValue(typed, TYPING_MS)
  const { data, isFetching } = useQuery({
    ...ask(listUsers, { search, limit: FIRST_PEOPLE }),
    enabled: search.length > 1 && allows(listUsers.access, role),
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
