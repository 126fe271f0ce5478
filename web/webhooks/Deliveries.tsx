import { Button, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Delivery, listDeliveries, resendDelivery, type Webhook } from '#contract/webhooks.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { Ago } from '#web/parts/Ago.tsx'
import type { Column } from '#web/parts/DataTable.tsx'
import { LogDialog } from '#web/parts/LogDialog.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { usePages } from '#web/parts/use-pages.ts'

const lookEveryMs = 3_000

/** What a webhook was told, and what waits. */
export function Deliveries({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation('webhooks')
  const pages = usePages()
  const asked = { webhookId: webhook.id, limit: 20, ...pages.asked }
  const page = useQuery({ ...ask(listDeliveries, asked), refetchInterval: lookEveryMs })
  const columns: Column<Delivery>[] = [
    {
      label: t('what'),
      kind: 'title',
      render: ({ userId, userName, event }) =>
        userId === null ? (
          <Text fw={500}>{t(`event.${event}`)}</Text>
        ) : (
          <>
            <Text fw={500}>{userName ?? t('deletedPerson')}</Text>
            <Text c="dimmed">{t(`event.${event}`)}</Text>
          </>
        ),
    },
    { label: t('when'), render: ({ happenedAt }) => <Ago at={happenedAt} /> },
    { label: t('result'), kind: 'long', render: (delivery) => <Result delivery={delivery} /> },
    {
      label: t('actions'),
      kind: 'actions',
      render: (delivery) =>
        delivery.state === 'delivered' ? <Resend webhookId={webhook.id} delivery={delivery} /> : null,
    },
  ]
  return (
    <LogDialog
      title={t('logTitle', { url: webhook.url })}
      label={t('log')}
      empty={t('noDeliveries')}
      columns={columns}
      page={page}
      pager={pages.pagerOf(page.data)}
      onClose={onClose}
    />
  )
}

function Result({ delivery: { state, attempts, said, settledAt } }: { delivery: Delivery }) {
  const { t } = useTranslation('webhooks')
  return (
    <>
      <Text>
        {state === 'delivered' ? t('taken') : t('notYet')} {settledAt && <Ago at={settledAt} />}
      </Text>
      <Text c="dimmed">{[t('attempts', { count: attempts }), said].filter(Boolean).join(': ')}</Text>
    </>
  )
}

function Resend({ webhookId, delivery }: { webhookId: string; delivery: Delivery }) {
  const { t } = useTranslation('webhooks')
  const queryClient = useQueryClient()
  const again = useMutation({
    mutationFn: () => call(resendDelivery, { webhookId, deliveryId: delivery.id }),
    onSuccess: () => {
      toastDone({ title: t('resent') })
      return queryClient.invalidateQueries({ queryKey: [listDeliveries.tag, listDeliveries.path] })
    },
    onError: toastRefused,
  })
  return (
    <Button
      variant="default"
      size="xs"
      loading={again.isPending}
      aria-label={t('resendOf', {
        what: [delivery.userId && (delivery.userName ?? t('deletedPerson')), t(`event.${delivery.event}`)]
          .filter(Boolean)
          .join(', '),
      })}
      onClick={() => again.mutate()}
    >
      {t('resend')}
    </Button>
  )
}
