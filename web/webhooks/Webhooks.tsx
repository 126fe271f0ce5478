import { Button, Group, Menu, Stack, Text } from '@mantine/core'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  deleteWebhook,
  editWebhook,
  listWebhooks,
  testWebhook,
  type Webhook,
  webhookEvents,
} from '#contract/webhooks.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone, toastRefused, toastTrouble } from '#web/parts/toast.ts'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { Deliveries } from './Deliveries.tsx'
import { WebhookDialog } from './WebhookDialog.tsx'

const lookEveryMs = 5_000

/** Whom the account tells of what happens to its people. */
export function Webhooks() {
  const { t } = useTranslation('webhooks')
  const queryClient = useQueryClient()
  const [isAdding, setIsAdding] = useState(false)
  const [editing, setEditing] = useState<Webhook | null>(null)
  const [deleting, setDeleting] = useState<Webhook | null>(null)
  const [shown, setShown] = useState<Webhook | null>(null)
  const { data, error, isLoadingError, refetch } = useQuery({ ...ask(listWebhooks, {}), refetchInterval: lookEveryMs })
  if (isLoadingError) return <Failure error={error} onRetry={() => void refetch()} />
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
      {t('add')}
    </Button>
  )
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('text')}</Text>
      {data?.items.length === 0 ? (
        <EmptyState icon={IconWebhook} title={t('none')} action={add} />
      ) : (
        <>
          <Group justify="flex-end">{add}</Group>
          <Rows webhooks={data?.items} onEdit={setEditing} onShow={setShown} onDelete={setDeleting} />
        </>
      )}
      {isAdding && <WebhookDialog onClose={() => setIsAdding(false)} />}
      {editing && <WebhookDialog webhook={editing} onClose={() => setEditing(null)} />}
      {shown && <Deliveries webhook={shown} onClose={() => setShown(null)} />}
      <ConfirmDialog
        opened={deleting !== null}
        onClose={() => setDeleting(null)}
        title={t('deleteTitle')}
        confirm={t('delete')}
        isDestructive
        onConfirm={async () => {
          await call(deleteWebhook, { webhookId: deleting!.id })
          void queryClient.invalidateQueries(ask(listWebhooks, {}))
          toastDone({ title: t('deleted') })
        }}
      >
        {t('deleteText', { url: deleting?.url ?? '' })}
      </ConfirmDialog>
    </Stack>
  )
}

interface ActionsProps {
  onEdit: (webhook: Webhook) => void
  onShow: (webhook: Webhook) => void
  onDelete: (webhook: Webhook) => void
}

function Rows({ webhooks, ...on }: ActionsProps & { webhooks: readonly Webhook[] | undefined }) {
  const { t } = useTranslation('webhooks')
  const columns: Column<Webhook>[] = [
    {
      label: t('url'),
      kind: 'title',
      render: ({ url, events }) => (
        <>
          <Text fw={500} truncate maw={420} title={url}>
            {url}
          </Text>
          <Text c="dimmed" size="sm" maw={420} style={{ whiteSpace: 'normal' }}>
            {events.length === webhookEvents.length
              ? t('everything')
              : events.map((one) => t(`event.${one}`)).join(', ')}
          </Text>
        </>
      ),
    },
    { label: t('state'), kind: 'long', render: (webhook) => <State webhook={webhook} /> },
    {
      label: t('lastDelivered'),
      render: ({ lastDeliveredAt }) => (lastDeliveredAt ? <Ago at={lastDeliveredAt} /> : '–'),
    },
    {
      label: t('actions'),
      kind: 'actions',
      render: (webhook) => <Actions webhook={webhook} {...on} />,
    },
  ]
  return <DataTable label={t('title')} columns={columns} rows={webhooks} keyOf={({ id }) => id} minWidth={760} />
}

function State({ webhook: { isOn, failingSince, said, waiting, lastDeliveredAt } }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks')
  const isFailing = failingSince !== null
  const told = isFailing ? t('failing', { said: said ?? t('noAnswer') }) : lastDeliveredAt ? t('fine') : t('untold')
  return (
    <>
      <Text {...(isFailing && { c: 'red' })}>
        {isOn ? told : isFailing ? `${t('paused')}. ${told}` : t('pausedWaits')}
      </Text>
      {waiting > 0 && <Text c="dimmed">{t('waiting', { count: waiting })}</Text>}
    </>
  )
}

function Actions({ webhook, onEdit, onShow, onDelete }: ActionsProps & { webhook: Webhook }) {
  const { t } = useTranslation('webhooks')
  const queryClient = useQueryClient()
  const { id: webhookId, url, isOn } = webhook
  const lookAgain = () => queryClient.invalidateQueries(ask(listWebhooks, {}))
  const tryOut = useMutation({
    mutationFn: () => call(testWebhook, { webhookId }),
    onSuccess: ({ isTaken, status, said }) =>
      isTaken
        ? toastDone({ title: t('testTaken', { status }) })
        : toastTrouble(`${t('testRefused')}: ${said ?? t('noAnswer')}`),
    onError: toastRefused,
  })
  const turn = useMutation({
    mutationFn: () => call(editWebhook, { webhookId, isOn: !isOn }),
    onSuccess: () => {
      toastDone({ title: isOn ? t('pausedNow') : t('goesOn') })
      return lookAgain()
    },
    onError: toastRefused,
  })
  return (
    <MoreMenu size={36} loading={tryOut.isPending} label={t('actionsFor', { url })}>
      <Menu.Item onClick={() => onEdit(webhook)}>{t('change')}</Menu.Item>
      <Menu.Item onClick={() => tryOut.mutate()}>{t('test')}</Menu.Item>
      <Menu.Item onClick={() => onShow(webhook)}>{t('log')}</Menu.Item>
      <Menu.Item onClick={() => turn.mutate()}>{isOn ? t('pause') : t('goOn')}</Menu.Item>
      <Menu.Divider />
      <Menu.Item color="red" onClick={() => onDelete(webhook)}>
        {t('delete')}
      </Menu.Item>
    </MoreMenu>
  )
}
