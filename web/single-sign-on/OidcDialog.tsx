import { Divider, PasswordInput, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addOidcProvider, editOidcProvider, type IdentityProvider } from '#contract/single-sign-on.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toldAtFields } from '#web/parts/forms.ts'
import { toastDone } from '#web/parts/toast.ts'
import { Addresses } from './Addresses.tsx'
import { commonFrom, commonOf, type CommonTyped, NameField, WhoFields } from './CommonFields.tsx'

interface Typed extends CommonTyped {
  clientId: string
  clientSecret: string
  scopes: string
  trustsEmail: boolean
}

/** Adds or changes a provider of OpenID Connect. Null: a new one, whose addresses are known before it is there. */
export function OidcDialog({ provider, onClose }: { provider: IdentityProvider | null; onClose: () => void }) {
  const { t } = useTranslation('single-sign-on')
  const queryClient = useQueryClient()
  const [id] = useState(() => provider?.id ?? crypto.randomUUID())
  const form = useForm<Typed>({
    initialValues: {
      ...commonFrom(provider),
      clientId: provider?.clientId ?? '',
      clientSecret: '',
      scopes: provider?.scopes ?? 'openid profile email',
      trustsEmail: provider?.trustsEmail ?? false,
    },
  })
  const { name, issuer, clientId, clientSecret, scopes, trustsEmail } = form.values
  const save = async (): Promise<void> => {
    const told = { ...commonOf(form.values), clientId: clientId.trim(), scopes: scopes.trim(), trustsEmail }
    const secret = clientSecret.trim() || null
    if (provider) await call(editOidcProvider, { providerId: id, ...told, ...(secret && { clientSecret: secret }) })
    else await call(addOidcProvider, { id, ...told, clientSecret: secret })
    void askAgain(queryClient)
    toastDone({ title: t(provider ? 'saved' : 'added', { name: told.name }) })
  }
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={provider ? t('editTitle', { name: provider.name }) : t('addOidc')}
      confirm={provider ? t('save') : t('add')}
      canConfirm={[name, issuer, clientId].every((typed) => typed.trim() !== '')}
      onConfirm={() => toldAtFields(form, { private_address: 'issuer', name_taken: 'name' }, save)}
    >
      <Stack gap="md">
        <NameField form={form} />
        <Addresses id={id} kind="oidc" />
        <TextInput
          type="url"
          label={t('issuer')}
          description={t('issuerHelp')}
          maxLength={500}
          {...form.getInputProps('issuer')}
        />
        <TextInput label={t('clientId')} maxLength={200} autoComplete="off" {...form.getInputProps('clientId')} />
        <PasswordInput
          label={t('clientSecret')}
          description={provider?.hasSecret ? t('clientSecretKept') : t('clientSecretHelp')}
          maxLength={500}
          autoComplete="off"
          {...form.getInputProps('clientSecret')}
        />
        <TextInput label={t('scopes')} maxLength={300} {...form.getInputProps('scopes')} />
        <Divider />
        <WhoFields form={form} />
        <Switch
          label={t('trustsEmail')}
          description={t('trustsEmailHelp')}
          {...form.getInputProps('trustsEmail', { type: 'checkbox' })}
        />
      </Stack>
    </ConfirmDialog>
  )
}
