import { Button, Divider, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addSamlProvider, editSamlProvider, type IdentityProvider, readSamlMetadata } from '#contract/single-sign-on.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { showErrors, toldAtFields } from '#web/parts/forms.ts'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { Addresses } from './Addresses.tsx'
import { commonFrom, commonOf, type CommonTyped, NameField, WhoFields } from './CommonFields.tsx'

interface Typed extends CommonTyped {
  metadata: string
  entryPoint: string
  /** With an empty line between two. */
  certificates: string
}

/** Adds or changes a provider of SAML. Null: a new one, whose addresses are known before it is there. */
export function SamlDialog({ provider, onClose }: { provider: IdentityProvider | null; onClose: () => void }) {
  const { t } = useTranslation('single-sign-on')
  const queryClient = useQueryClient()
  const [id] = useState(() => provider?.id ?? crypto.randomUUID())
  const form = useForm<Typed>({
    initialValues: {
      ...commonFrom(provider),
      metadata: '',
      entryPoint: provider?.entryPoint ?? '',
      certificates: (provider?.certificates ?? []).join('\n\n'),
    },
  })
  const { name, issuer, entryPoint, certificates, metadata } = form.values
  const read = useMutation({
    mutationFn: () => call(readSamlMetadata, { metadata }),
    onSuccess: (told) =>
      form.setValues({ ...told, certificates: told.certificates.join('\n\n'), issuer: told.issuer, metadata: '' }),
    onError: (error) => {
      if (!showErrors(form, error, { private_address: 'metadata' })) toastRefused(error)
    },
  })
  const save = async (): Promise<void> => {
    const told = {
      ...commonOf(form.values),
      entryPoint: entryPoint.trim(),
      certificates: certificates.trim().split(/\n\s*\n/),
    }
    if (provider) await call(editSamlProvider, { providerId: id, ...changesOf(told, provider) })
    else await call(addSamlProvider, { id, ...told })
    void askAgain(queryClient)
    toastDone({ title: t(provider ? 'saved' : 'added', { name: told.name }) })
  }
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={provider ? t('editTitle', { name: provider.name }) : t('addSaml')}
      confirm={provider ? t('save') : t('add')}
      canConfirm={[name, issuer, entryPoint, certificates].every((typed) => typed.trim() !== '')}
      onConfirm={() =>
        toldAtFields(form, { name_taken: 'name' }, save).catch((error: unknown) => {
          if (showErrors(form, error, { invalid_input: 'certificates' })) return false
          throw error
        })
      }
    >
      <Stack gap="md">
        <NameField form={form} />
        <Addresses id={id} kind="saml" />
        <Textarea
          label={t('metadata')}
          description={t('metadataHelp')}
          autosize
          minRows={1}
          maxRows={5}
          {...form.getInputProps('metadata')}
        />
        <Button
          variant="default"
          disabled={metadata.trim() === ''}
          loading={read.isPending}
          onClick={() => read.mutate()}
        >
          {t('read')}
        </Button>
        <TextInput label={t('entityId')} maxLength={500} {...form.getInputProps('issuer')} />
        <TextInput type="url" label={t('entryPoint')} maxLength={500} {...form.getInputProps('entryPoint')} />
        <Textarea
          label={t('certificates')}
          description={t('certificatesHelp')}
          autosize
          minRows={3}
          maxRows={8}
          {...form.getInputProps('certificates')}
        />
        <Divider />
        <WhoFields form={form} />
      </Stack>
    </ConfirmDialog>
  )
}

/** What stays as it is, is not sent: another certificate than before has consequences. */
const changesOf = <Told extends object>(told: Told, before: IdentityProvider): Partial<Told> =>
  Object.fromEntries(
    Object.entries(told).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof IdentityProvider]),
    ),
  ) as Partial<Told>
