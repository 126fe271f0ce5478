import { Checkbox, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addWebhook, listWebhooks, type WebhookEvent, webhookEvents } from '#contract/webhooks.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toldAtFields } from '#web/parts/forms.ts'
import { ShownOnce } from '#web/parts/ShownOnce.tsx'

interface Typed {
  url: string
  events: WebhookEvent[]
}

/** Makes a webhook, and then shows its secret, once. */
export function AddWebhookDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('webhooks')
  const queryClient = useQueryClient()
  const [secret, setSecret] = useState<string | null>(null)
  const form = useForm<Typed>({ initialValues: { url: '', events: [...webhookEvents] } })
  const { url, events } = form.values
  if (secret !== null)
    return <ShownOnce title={t('title')} warning={t('made')} texts={{ [t('secret')]: secret }} onClose={onClose} />

  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('add')}
      confirm={t('make')}
      canConfirm={url.trim() !== '' && events.length > 0}
      onConfirm={async () => {
        await toldAtFields(form, { private_address: 'url' }, async () => {
          const made = await call(addWebhook, { url: url.trim(), events })
          void queryClient.invalidateQueries(ask(listWebhooks, {}))
          setSecret(made.secret)
        })
        // It stays: now to show the secret, or the reason at its field.
        return false
      }}
    >
      <Stack gap="md">
        <TextInput
          type="url"
          label={t('url')}
          description={t('urlHint')}
          maxLength={500}
          data-autofocus
          {...form.getInputProps('url')}
        />
        <Checkbox.Group label={t('events')} {...form.getInputProps('events')}>
          <Stack gap="xs" mt="xs">
            {webhookEvents.map((event) => (
              <Checkbox key={event} value={event} label={t(`event.${event}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
      </Stack>
    </ConfirmDialog>
  )
}
