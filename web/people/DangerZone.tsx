import { Button, Fieldset, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { inviteUsers } from '#contract/lifecycle.ts'
import { deleteUser, type Person, setPassword } from '#contract/people.ts'
import { endSecondStepOf } from '#contract/second-step.ts'
import { allows } from '#contract/roles.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import classes from './ProfileFields.module.css'
import { nameOf } from './name-of.ts'
import { person as personQuery } from './people.queries.ts'

/** What is done at once, without Save: a new password, and deleting. */
export function DangerZone({ person: loaded }: { person: Person }) {
  const { t } = useTranslation('people')
  const { role } = useMe()
  // The form keeps what it began with; this is done at once, and shows.
  const person = useQuery(personQuery(loaded.id)).data ?? loaded
  const [dialog, setDialog] = useState<'password' | 'secondStep' | 'delete' | null>(null)
  return (
    <>
      <Fieldset legend={t('signInSection')} variant="unstyled" className={classes.section}>
        <Group justify="space-between">
          <Text>{t(person.hasPassword ? 'hasPassword' : 'hasNoPassword')}</Text>
          <Group gap="xs">
            {!person.hasPassword && person.status === 'active' && <InviteButton person={person} />}
            {person.hasSecondStep && (
              <Button variant="default" onClick={() => setDialog('secondStep')}>
                {t('endSecondStep')}
              </Button>
            )}
            <Button variant="default" onClick={() => setDialog('password')}>
              {t('setPassword')}
            </Button>
          </Group>
        </Group>
      </Fieldset>
      {allows(deleteUser.access, role) && person.refusal === null && (
        <Fieldset legend={t('dangerZone')} variant="unstyled" className={classes.section}>
          <Group justify="space-between" wrap="nowrap">
            <Text>{t('dangerText')}</Text>
            <Button variant="outline" color="red" onClick={() => setDialog('delete')} flex="0 0 auto">
              {t('delete')}
            </Button>
          </Group>
        </Fieldset>
      )}
      <PasswordDialog person={person} opened={dialog === 'password'} onClose={() => setDialog(null)} />
      <SecondStepDialog person={person} opened={dialog === 'secondStep'} onClose={() => setDialog(null)} />
      <DeleteDialog person={person} opened={dialog === 'delete'} onClose={() => setDialog(null)} />
    </>
  )
}

function InviteButton({ person }: { person: Person }) {
  const { t } = useTranslation('people')
  const invite = useMutation({
    mutationFn: () => call(inviteUsers, { users: { ids: [person.id] } }),
    onSuccess: () =>
      toastDone({ title: t('invited', { name: nameOf(person) }), message: t('invitedText', { email: person.email }) }),
    onError: toastRefused,
  })
  return (
    <Button variant="default" loading={invite.isPending} onClick={() => invite.mutate()}>
      {t('invite')}
    </Button>
  )
}

interface DialogProps {
  person: Person
  opened: boolean
  onClose: () => void
}

function PasswordDialog({ person, opened, onClose }: DialogProps) {
  const { t } = useTranslation('people')
  const queryClient = useQueryClient()
  const [password, setTyped] = useState('')
  const name = nameOf(person)
  return (
    <ConfirmDialog
      opened={opened}
      onClose={() => {
        setTyped('')
        onClose()
      }}
      title={t('setPasswordTitle', { name })}
      confirm={t('setPassword')}
      onConfirm={async () => {
        await call(setPassword, { userId: person.id, password })
        void askAgain(queryClient)
        toastDone({ title: t('passwordSet', { name }) })
      }}
    >
      <Stack gap="md">
        <Text>{t('setPasswordText')}</Text>
        <PasswordInput
          label={t('newPassword')}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </Stack>
    </ConfirmDialog>
  )
}

function SecondStepDialog({ person, opened, onClose }: DialogProps) {
  const { t } = useTranslation('people')
  const queryClient = useQueryClient()
  const name = nameOf(person)
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t('endSecondStepTitle', { name })}
      confirm={t('endSecondStep')}
      isDestructive
      onConfirm={async () => {
        await call(endSecondStepOf, { userId: person.id })
        void askAgain(queryClient)
        toastDone({ title: t('secondStepEnded', { name }) })
      }}
    >
      <Text>{t('endSecondStepText')}</Text>
    </ConfirmDialog>
  )
}

function DeleteDialog({ person, opened, onClose }: DialogProps) {
  const { t } = useTranslation('people')
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const name = nameOf(person)
  return (
    <ConfirmDialog
      opened={opened}
      onClose={() => {
        setTyped('')
        onClose()
      }}
      title={t('deleteTitle', { name })}
      confirm={t('deleteVerb')}
      isDestructive
      canConfirm={typed.trim().toLowerCase() === person.email.toLowerCase()}
      onConfirm={async () => {
        await call(deleteUser, { userId: person.id })
        await navigate({ to: '/people', ignoreBlocker: true })
        void askAgain(queryClient)
        toastDone({ title: t('deleted', { name }) })
      }}
    >
      <Stack gap="md">
        <Text>{t('deleteText')}</Text>
        <TextInput
          label={t('deleteConfirm', { email: person.email })}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </Stack>
    </ConfirmDialog>
  )
}
