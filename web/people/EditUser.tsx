import { Anchor, Button, Group, Stack, Tabs } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconChevronLeft } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '#contract/endpoint.ts'
import { listEvents, undoOperation } from '#contract/lifecycle.ts'
import { editUser, getUser, type Person } from '#contract/people.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { fieldErrors, Refused } from '#web/api/refused.ts'
import { CoursesOfPerson } from '#web/enrollments/CoursesOfPerson.tsx'
import { customFields } from '#web/parts/choices.queries.ts'
import { showDate } from '#web/parts/dates.ts'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { StatusBadge } from '#web/parts/StatusBadge.tsx'
import { isDay } from '#web/parts/typed-date.ts'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import { AccessFields } from './AccessFields.tsx'
import { DangerZone } from './DangerZone.tsx'
import classes from './EditUser.module.css'
import { GroupsTab } from './GroupsTab.tsx'
import { HistoryTab } from './HistoryTab.tsx'
import { person as personQuery } from './people.queries.ts'
import {
  accessBack,
  accessChanged,
  areDatesWhole,
  changedFields,
  editOf,
  type PersonTyped,
  typedFrom,
} from './person-form.ts'
import { ProfileFields } from './ProfileFields.tsx'
import { nameOf } from './name-of.ts'
import { StaleEdit } from './StaleEdit.tsx'
import { WhatSaveDoes } from './WhatSaveDoes.tsx'

const route = getRouteApi('/people/$userId')
const tabs = ['general', 'groups', 'courses', 'history'] as const

/** S7: every field of a person, active or inactive, with one Save for all of it. */
export function EditUser({ person: loaded }: { person: Person }) {
  const { t } = useTranslation('people')
  const { account, id: myId } = useMe()
  const { tab = 'general' } = route.useSearch()
  const navigate = useNavigate()
  const { history } = useRouter()
  // What was being edited stays what it was, while the list behind refreshes itself.
  const [person, setPerson] = useState(loaded)
  const [theirs, setTheirs] = useState<{ current: Person; changedBy: string | null } | null>(null)
  const [before, setBefore] = useState(() => typedFrom(loaded))
  const form = useForm<PersonTyped>({ initialValues: before })
  const typed = form.values

  const isAccessChanged = accessChanged(before, typed)
  const isChanged = isAccessChanged || changedFields(before, typed).length > 0
  const fields = useQuery(customFields()).data?.items ?? []
  const isIncomplete =
    (typed.isActive && typed.leaves && !isDay(typed.deactivationDate)) || !areDatesWhole(typed, fields)
  useUnsavedGuard(isChanged)

  const begin = (from: Person, kept?: PersonTyped): void => {
    setPerson(from)
    setBefore(typedFrom(from))
    form.setValues(kept ?? typedFrom(from))
    form.clearErrors()
    setTheirs(null)
  }
  const save = useSave(
    (saved) => begin(saved),
    // What was typed since is not what is taken back.
    (undone) => {
      const { isActive, leaves, deactivationDate } = typedFrom(undone)
      begin(undone, { ...form.getValues(), isActive, leaves, deactivationDate })
    },
    (stale) => setTheirs(stale),
    (errors) => form.setErrors(errors),
  )
  const isReadOnly = person.refusal === 'higher_role' || person.refusal === 'outside_your_departments'

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged && !isIncomplete)
          save.mutate({ edit: editOf(person, before, typed), back: accessBack(before, typed) })
      }}
    >
      <Anchor
        component="button"
        type="button"
        size="sm"
        mb={4}
        onClick={() => (history.canGoBack() ? history.back() : void navigate({ to: '/people' }))}
      >
        <Group gap={2}>
          <IconChevronLeft size={16} aria-hidden /> {t('back')}
        </Group>
      </Anchor>
      <div className={classes.head}>
        <PageTitle
          title={nameOf(person)}
          isActionKept={isChanged}
          subtitle={<StatusBadge status={person} zone={account.timeZone} />}
          action={
            <Stack gap={4} align="flex-end" className={classes.save}>
              <Button type="submit" disabled={!isChanged || isIncomplete} loading={save.isPending}>
                {t('save')}
              </Button>
              <WhatSaveDoes person={person} before={before} typed={typed} isChanged={isChanged} />
            </Stack>
          }
          tabs={
            <Tabs
              value={tab}
              onChange={(next) =>
                void navigate({
                  to: '/people/$userId',
                  params: { userId: person.id },
                  search: { tab: next as (typeof tabs)[number] },
                  replace: true,
                  ignoreBlocker: true,
                })
              }
            >
              <Tabs.List>
                <Tabs.Tab value="general">{t('tabGeneral')}</Tabs.Tab>
                <Tabs.Tab value="groups">{t('tabGroups')}</Tabs.Tab>
                <Tabs.Tab value="courses">{t('tabCourses')}</Tabs.Tab>
                <Tabs.Tab value="history">{t('tabHistory')}</Tabs.Tab>
              </Tabs.List>
            </Tabs>
          }
        />
      </div>
      {theirs && (
        <StaleEdit
          before={before}
          typed={typed}
          current={theirs.current}
          changedBy={theirs.changedBy}
          onResolve={(kept) => begin(theirs.current, kept)}
        />
      )}
      {tab === 'general' && (
        <Stack gap="xl" maw={720}>
          <AccessFields
            person={person}
            typed={typed}
            onChange={(part) => form.setValues(part)}
            isChanged={isAccessChanged}
            dateError={form.errors['deactivationDate']}
          />
          <ProfileFields
            form={form}
            disabled={isReadOnly}
            isRoleFixed={isReadOnly || person.role === 'owner' || person.id === myId}
          />
          {!isReadOnly && <DangerZone person={person} />}
        </Stack>
      )}
      {tab === 'groups' && (
        <GroupsTab
          groupIds={typed.groupIds}
          onChange={(groupIds) => form.setValues({ groupIds })}
          disabled={isReadOnly}
        />
      )}
      {tab === 'courses' && (
        <CoursesOfPerson userId={person.id} name={nameOf(person)} isActive={person.status === 'active'} />
      )}
      {tab === 'history' && <HistoryTab userId={person.id} />}
    </form>
  )
}

type Edit = Call<typeof editUser>

interface Saving {
  edit: Edit
  /** What takes back the change of access in it, if there is one. */
  back: Partial<Edit>
}

function accessChangeOf({
  status,
  deactivationDate,
}: Edit): 'deactivated' | 'activated' | 'scheduled' | 'cleared' | null {
  if (status === 'inactive') return 'deactivated'
  if (deactivationDate) return 'scheduled'
  if (status === 'active') return 'activated'
  return deactivationDate === null ? 'cleared' : null
}

/** The person with the access of before. An end is undone as the operation that it was, which mails nobody. */
async function tookBack({ id: userId, version }: Person, back: Partial<Edit>): Promise<Person> {
  if (back.status !== 'active') return call(editUser, { userId, version, ...back })
  const { items } = await call(listEvents, { userId, change: 'deactivated', limit: 1 })
  await call(undoOperation, { operationId: items[0]!.operationId! })
  return call(getUser, { userId })
}

function useSave(
  onSaved: (person: Person) => void,
  onUndone: (person: Person) => void,
  onStale: (stale: { current: Person; changedBy: string | null }) => void,
  onErrors: (errors: Record<string, string>) => void,
) {
  const { t } = useTranslation('people')
  const queryClient = useQueryClient()
  const refresh = (saved: Person): void => {
    queryClient.setQueryData(personQuery(saved.id).queryKey, saved)
    void askAgain(queryClient)
  }
  return useMutation({
    mutationFn: ({ edit }: Saving) => call(editUser, edit),
    onSuccess: (saved, { edit, back }) => {
      const { id: userId } = saved
      const name = nameOf(saved)
      refresh(saved)
      onSaved(saved)
      const change = accessChangeOf(edit)
      if (!change) return toastDone({ title: t('saved'), message: t('savedText', { name }) })
      toastDone({
        title: t(`accessDone.${change}`, { name, date: saved.deactivationDate && showDate(saved.deactivationDate) }),
        link: { label: t('details'), href: `/people/${userId}?tab=history` },
        undo: async () => {
          const undone = await tookBack(saved, back)
          refresh(undone)
          onUndone(undone)
          toastDone({ title: t('accessBack', { name }) })
        },
      })
    },
    onError: (error) => {
      if (error instanceof Refused && error.code === 'stale_edit' && error.details['current']) {
        onStale(error.details as { current: Person; changedBy: string | null })
        return
      }
      onErrors(fieldErrors(error))
      toastRefused(error)
    },
  })
}
