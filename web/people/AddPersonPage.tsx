import { Alert, Anchor, Button, Fieldset, Group, MultiSelect, PasswordInput, Stack, Switch, Text } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { IconAlertTriangle, IconUserCheck } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addUsers } from '#contract/people.ts'
import { getSeats } from '#contract/seats.ts'
import { ask, askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { fieldErrors, Refused } from '#web/api/refused.ts'
import { asTree, customFields, departments, groups } from '#web/parts/choices.queries.ts'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import { areDatesWhole, emptyProfile, profileSent, type ProfileTyped } from './person-form.ts'
import { ProfileFields } from './ProfileFields.tsx'
import classes from './ProfileFields.module.css'

interface Typed extends ProfileTyped {
  invite: boolean
  password: string
  isActive: boolean
}

const nothingTyped: Typed = { ...emptyProfile, invite: true, password: '', isActive: true }

interface Taken {
  userId: string
  name: string
  personStatus: 'active' | 'inactive'
}

/** Adds one person. With all seats taken they are added inactive and wait, and that is said before and after (T3). */
export function AddPersonPage() {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const form = useForm<Typed>({ initialValues: nothingTyped })
  useOnlyDepartment(form)
  const fields = useQuery(customFields()).data?.items ?? []
  const isWhole = areDatesWhole(form.values, fields)
  const [taken, setTaken] = useState<Taken | null>(null)
  const forgive = useUnsavedGuard(form.isDirty())
  const add = useAdd((error) => {
    const errors = Object.entries(fieldErrors(error)).map(([at, message]) => [at.replace(/^people\.0\./, ''), message])
    form.setErrors(Object.fromEntries(errors))
    setTaken(takenBy(error))
    if (errors.length === 0) toastRefused(error)
  })

  const send = (typed: Typed, isLast: boolean): void => {
    setTaken(null)
    add.mutate(typed, {
      onSuccess: () => {
        form.reset()
        if (!isLast) return
        forgive()
        void navigate({ to: '/people', ignoreBlocker: true })
      },
    })
  }
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((typed) => {
        if (isWhole) send(typed, true)
      })}
    >
      <PageTitle
        title={t('addTitle')}
        isActionKept={form.isDirty()}
        action={
          <Group gap="xs">
            <Button variant="default" disabled={add.isPending || !isWhole} onClick={() => send(form.values, false)}>
              {t('addAnother')}
            </Button>
            <Button type="submit" loading={add.isPending} disabled={!isWhole}>
              {t('addSave')}
            </Button>
          </Group>
        }
      />
      <Stack gap="xl" maw={720}>
        <SeatNote wantsSeat={form.values.isActive} />
        {taken && <TakenNote taken={taken} />}
        <ProfileFields form={form} />
        <MembershipField value={form.values.groupIds} onChange={(groupIds) => form.setValues({ groupIds })} />
        <Fieldset legend={t('section.access')} variant="unstyled" className={classes.section}>
          <Stack gap="md">
            <Switch
              label={t('activeUser')}
              description={t('activeUserHelp')}
              {...form.getInputProps('isActive', { type: 'checkbox' })}
            />
            <Switch
              label={t('inviteByMail')}
              description={t('inviteByMailHelp')}
              {...form.getInputProps('invite', { type: 'checkbox' })}
            />
            {!form.values.invite && (
              <PasswordInput
                label={t('password')}
                description={t('passwordHelp')}
                autoComplete="new-password"
                {...form.getInputProps('password')}
              />
            )}
          </Stack>
        </Fieldset>
      </Stack>
    </form>
  )
}

/** Whoever manages one department adds people to it. */
function useOnlyDepartment(form: UseFormReturnType<Typed>): void {
  const { role } = useMe()
  const manages = role === 'department_administrator'
  const { data } = useQuery({ ...departments(), enabled: manages })
  const tops = asTree(data?.items ?? []).filter(({ depth }) => depth === 0)
  const only = manages && tops.length === 1 ? tops[0]!.department.id : null
  useEffect(() => {
    if (only === null) return
    form.setInitialValues({ ...nothingTyped, departmentId: only })
    if (form.getValues().departmentId === null) form.setFieldValue('departmentId', only)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when it is known; the form is another object each time
  }, [only])
}

function useAdd(onRefused: (error: unknown) => void) {
  const { t } = useTranslation('people')
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async ({ invite, password, isActive, ...typed }: Typed) => {
      const sent = {
        ...profileSent(typed),
        ...(!invite && password && { password }),
        invite,
        status: isActive ? ('active' as const) : ('inactive' as const),
      }
      return {
        name: `${typed.firstName.trim()} ${typed.lastName.trim()}`,
        told: await call(addUsers, { people: [sent] }, { idempotencyKey: crypto.randomUUID() }),
      }
    },
    onSuccess: ({ name, told }) => {
      void askAgain(queryClient)
      const added = told.people[0]!
      const link = { label: t('takenOpen', { name }), href: `/people/${added.userId}` }
      if (told.waiting > 0) toastDone({ title: t('addedWaiting', { name }), message: t('addedWaitingText'), link })
      else toastDone({ title: t(added.status === 'active' ? 'addedActive' : 'addedInactive', { name }), link })
    },
    onError: onRefused,
  })
}

function takenBy(error: unknown): Taken | null {
  return error instanceof Refused && error.code === 'email_taken' && typeof error.details['userId'] === 'string'
    ? (error.details as unknown as Taken)
    : null
}

/** C6.68: somebody who came back is activated, not added anew. */
function TakenNote({ taken: { userId, name, personStatus } }: { taken: Taken }) {
  const { t } = useTranslation('people')
  return (
    <Alert color="yellow" role="alert" icon={<IconUserCheck size={18} />}>
      <Text>{t(personStatus === 'inactive' ? 'takenInactive' : 'takenActive', { name })}</Text>
      <Anchor component={Link} to={`/people/${userId}`}>
        {t('takenOpen', { name })}
      </Anchor>
    </Alert>
  )
}

function SeatNote({ wantsSeat }: { wantsSeat: boolean }) {
  const { t } = useTranslation('people')
  const seats = useQuery(ask(getSeats, {})).data
  if (!seats) return null
  if (!wantsSeat) return <Text c="dimmed">{t('noSeatNeeded')}</Text>
  if (seats.free === null || seats.limit === null) return <Text c="dimmed">{t('seatsUnlimited')}</Text>
  if (seats.free > 0) return <Text c="dimmed">{t('takesSeat', { count: seats.free })}</Text>
  return (
    <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
      {t('noSeat', { count: seats.limit })}
    </Alert>
  )
}

function MembershipField({ value, onChange }: { value: string[]; onChange: (groupIds: string[]) => void }) {
  const { t } = useTranslation('people')
  const items = useQuery(groups()).data?.items ?? []
  return (
    <MultiSelect
      label={t('groups')}
      data={items.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
      searchable
      clearable
    />
  )
}
