import { Checkbox, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  addWebhook,
  editWebhook,
  listWebhooks,
  type Webhook,
  type WebhookEvent,
  webhookEvents,
} from '#contract/webhooks.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { toldAtFields } from '#web/parts/forms.ts'
import { ShownOnce } from '#web/parts/ShownOnce.tsx'

interface Typed {
  url: string
  events: WebhookEvent[]
}

const ofTheAccount: readonly WebhookEvent[] = ['seat_limit_reached', 'operation_finished']
const groups = {
  events: webhookEvents.filter((event) => !ofTheAccount.includes(event)),
  accountEvents: ofTheAccount,
} as const

/** Changes a webhook, or makes one and then shows its secret, once. */
export function WebhookDialog({ webhook, onClose }: { webhook?: Webhook; onClose: () => void }) {
  const { t } = useTranslation('webhooks')
  const queryClient = useQueryClient()
  const [secret, setSecret] = useState<string | null>(null)
  const form = useForm<Typed>({
    initialValues: { url: webhook?.url ?? '', events: webhook?.events ?? webhookEvents },
  })
  const { events } = form.values
  const url = form.values.url.trim()
  const save = async () => {
    if (webhook) {
      await call(editWebhook, { webhookId: webhook.id, url, events })
      toastDone({ title: t('changed') })
      onClose()
    } else {
      setSecret((await call(addWebhook, { url, events })).secret)
    }
    void queryClient.invalidateQueries(ask(listWebhooks, {}))
  }
  if (secret !== null)
    return <ShownOnce title={t('title')} warning={t('made')} texts={{ [t('secret')]: secret }} onClose={onClose} />

  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={webhook ? t('edit') : t('add')}
      confirm={webhook ? t('save') : t('make')}
      canConfirm={url !== '' && events.length > 0}
      onConfirm={async () => {
        await toldAtFields(form, { private_address: 'url' }, save)
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
        {(['events', 'accountEvents'] as const).map((group) => (
          <Checkbox.Group
            key={group}
            label={t(group)}
            error={group === 'events' && form.errors['events']}
            value={events}
            onChange={(chosen) => form.setFieldValue('events', chosen)}
          >
            <Stack gap="xs" mt="xs">
              {groups[group].map((event) => (
                <Checkbox key={event} value={event} label={t(`event.${event}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
        ))}
      </Stack>
    </ConfirmDialog>
  )
}
