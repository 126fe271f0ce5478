import { Switch, TextInput } from '@mantine/core'
import type { GetInputPropsReturnType } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { IdentityProvider } from '#contract/single-sign-on.ts'

/** What somebody types of any provider. */
export interface CommonTyped {
  name: string
  issuer: string
  createsPeople: boolean
  linksByEmail: boolean
  domain: string
}

export const commonFrom = (provider: IdentityProvider | null): CommonTyped => ({
  name: provider?.name ?? '',
  issuer: provider?.issuer ?? '',
  createsPeople: provider?.createsPeople ?? false,
  linksByEmail: provider?.linksByEmail ?? false,
  domain: provider?.domain ?? '',
})

export const commonOf = ({ name, issuer, createsPeople, linksByEmail, domain }: CommonTyped) => ({
  name: name.trim(),
  issuer: issuer.trim(),
  createsPeople,
  linksByEmail,
  domain: domain.trim() || null,
})

export interface FieldsOf {
  getInputProps: (name: keyof CommonTyped, options?: { type: 'checkbox' }) => GetInputPropsReturnType
}

export function NameField({ form }: { form: FieldsOf }) {
  const { t } = useTranslation('single-sign-on')
  return (
    <TextInput
      label={t('name')}
      description={t('nameHelp')}
      maxLength={60}
      data-autofocus
      {...form.getInputProps('name')}
    />
  )
}

/** Whom the provider may let in. */
export function WhoFields({ form }: { form: FieldsOf }) {
  const { t } = useTranslation('single-sign-on')
  return (
    <>
      <Switch
        label={t('createsPeople')}
        description={t('createsPeopleHelp')}
        {...form.getInputProps('createsPeople', { type: 'checkbox' })}
      />
      <Switch
        label={t('linksByEmail')}
        description={t('linksByEmailHelp')}
        {...form.getInputProps('linksByEmail', { type: 'checkbox' })}
      />
      <TextInput
        label={t('domain')}
        description={t('domainHelp')}
        placeholder="example.org"
        {...form.getInputProps('domain')}
      />
    </>
  )
}
