import { Checkbox, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addProvisioningToken, scimPath } from '#contract/provisioning.ts'
import { allows } from '#contract/roles.ts'
import { addToken, listTokens, type TokenKind, tokenScopes } from '#contract/tokens.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toldAtFields } from '#web/parts/forms.ts'
import { ShownOnce } from '#web/parts/ShownOnce.tsx'

/** Whose a token is, or what for where that is one thing alone. */
export type TokenFor = TokenKind | 'provisioning'

interface Typed {
  name: string
  scopes: (typeof tokenScopes)[number][]
  days: string
}

const forEver = 'ever'
const choices = ['30', '90', '365', forEver]

/** What a role may do at all: scopes beyond it would only be refused. */
const accessOf = {
  people_read: 'people',
  people_write: 'people',
  courses_read: 'catalog',
  courses_write: 'catalog',
  learning_read: 'signed_in',
  reports_read: 'people',
  account_read: 'account',
  account_write: 'account',
} as const

/** Makes a token, and then shows it, once. */
export function AddTokenDialog({ kind, onClose }: { kind: TokenFor; onClose: () => void }) {
  const { t } = useTranslation('tokens')
  const { role } = useMe()
  const queryClient = useQueryClient()
  const [token, setToken] = useState<string | null>(null)
  const form = useForm<Typed>({ initialValues: { name: '', scopes: [], days: '365' } })
  const { name, scopes, days } = form.values
  const isForApi = kind !== 'provisioning'
  if (token !== null) {
    const example = `curl -H "Authorization: Bearer ${token}" ${location.origin}/api/v1/me`
    const beside = isForApi ? { [t('example')]: example } : { [t('address')]: `${location.origin}${scimPath}` }
    const texts = { [t('token')]: token, ...beside }
    return (
      <ShownOnce
        title={isForApi ? t('title') : t('forProvisioning')}
        warning={t('made')}
        texts={texts}
        onClose={onClose}
      />
    )
  }

  const mine = tokenScopes.filter(
    (scope) => allows(accessOf[scope], role) && (kind === 'personal' || scope !== 'learning_read'),
  )
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={isForApi ? t('add') : t('addForProvisioning')}
      confirm={t('make')}
      canConfirm={name.trim() !== '' && (!isForApi || scopes.length > 0)}
      onConfirm={async () => {
        await toldAtFields(form, {}, async () => {
          const made = isForApi
            ? await call(addToken, { name, kind, scopes, days: days === forEver ? null : Number(days) })
            : await call(addProvisioningToken, { name, days: Number(days) })
          void queryClient.invalidateQueries(ask(listTokens, {}))
          setToken(made.token)
        })
        // It stays: now to show the token, or the reason at its field.
        return false
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('name')}
          description={isForApi ? t('nameHint') : t('nameHintForProvisioning')}
          maxLength={100}
          data-autofocus
          {...form.getInputProps('name')}
        />
        {isForApi && (
          <Checkbox.Group label={t('scopes')} description={t('scopesHint')} {...form.getInputProps('scopes')}>
            <Stack gap="xs" mt="xs">
              {mine.map((scope) => (
                <Checkbox key={scope} value={scope} label={t(`scope.${scope}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Select
          label={t('validFor')}
          data={choices
            .filter((value) => isForApi || value !== forEver)
            .map((value) => ({
              value,
              label: value === forEver ? t('forEver') : t('days', { count: Number(value) }),
            }))}
          allowDeselect={false}
          {...form.getInputProps('days')}
        />
      </Stack>
    </ConfirmDialog>
  )
}
