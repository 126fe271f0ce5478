import { Alert, Anchor, Badge, Drawer, Group, Select, Skeleton, Stack, Text } from '@mantine/core'
import { IconMailOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MailKind, type MailRow, MailState } from '#contract/mail.ts'
import { useMe } from '#web/api/me.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { showInstant } from '#web/parts/dates.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import classes from './MailLog.module.css'
import { mail, mails } from './mail.queries.ts'

const colorOf = { queued: 'gray', sent: 'green', kept: 'blue', not_sent: 'yellow', failed: 'red' } as const

/** What was sent, what was not and why; without a mail server, what would have been. */
export function MailLog() {
  const { t } = useTranslation(['mail', 'parts'])
  const { account } = useMe()
  const { state, kind, cursor } = useSearch({ from: '/settings' })
  const navigate = useNavigate()
  const [openId, setOpenId] = useState<string | null>(null)
  const asked = useQuery(mails({ ...(state && { state }), ...(kind && { kind }), ...(cursor && { cursor }) }))
  const go = (to: { state?: MailState | undefined; kind?: MailKind | undefined; cursor?: string | undefined }): void =>
    void navigate({ to: '/settings', search: { tab: 'mail-log', ...to }, replace: true })

  const columns: Column<MailRow>[] = [
    {
      label: t('what'),
      kind: 'title',
      render: (row) => (
        <Anchor
          component="button"
          type="button"
          ta="start"
          c="inherit"
          fw={500}
          maw={300}
          truncate
          onClick={() => setOpenId(row.id)}
        >
          {row.subject ?? t(`kinds.${row.kind}`)}
        </Anchor>
      ),
    },
    {
      label: t('to'),
      render: ({ userName, toEmail }) => (
        <Text inherit truncate maw={240} title={`${userName} (${toEmail})`}>
          {userName} ({toEmail})
        </Text>
      ),
    },
    { label: t('state'), render: (row) => <State row={row} /> },
    { label: t('why'), kind: 'long', render: ({ reason }) => reason && <Why reason={reason} /> },
    {
      label: t('when'),
      render: ({ settledAt, queuedAt }) => showInstant(settledAt ?? queuedAt, account.timeZone),
    },
  ]
  return (
    <Stack gap="md">
      {asked.data && !asked.data.hasMailServer && (
        <Alert color="yellow" icon={<IconMailOff size={18} />} title={t('noServer')}>
          {t('noServerText')}
        </Alert>
      )}
      <Group gap="sm">
        <Select
          aria-label={t('state')}
          placeholder={t('anyState')}
          clearable
          data={MailState.options.map((value) => ({ value, label: t(`states.${value}`) }))}
          value={state ?? null}
          onChange={(value) => go({ state: value ?? undefined, kind })}
        />
        <Select
          aria-label={t('kind')}
          placeholder={t('anyKind')}
          clearable
          data={MailKind.options.map((value) => ({ value, label: t(`kinds.${value}`) }))}
          value={kind ?? null}
          onChange={(value) => go({ state, kind: value ?? undefined })}
        />
      </Group>
      {asked.isError ? (
        <Failure error={asked.error} onRetry={() => void asked.refetch()} />
      ) : asked.data?.items.length === 0 ? (
        <EmptyState icon={IconMailOff} title={t('none')} text={t('noneText')} />
      ) : (
        <DataTable
          label={t('tabLog')}
          columns={columns}
          rows={asked.data?.items}
          keyOf={({ id }) => id}
          minWidth={840}
        />
      )}
      {asked.data && <Pager {...asked.data} onPage={(next) => go({ state, kind, cursor: next })} />}
      <Drawer
        opened={openId !== null}
        onClose={() => setOpenId(null)}
        position="right"
        size="lg"
        title={t('mail')}
        closeButtonProps={{ 'aria-label': t('parts:close') }}
      >
        {openId && <Mail mailId={openId} />}
      </Drawer>
    </Stack>
  )
}

function State({ row: { state, attempts } }: { row: MailRow }) {
  const { t } = useTranslation('mail')
  return (
    <Badge variant="light" color={colorOf[state]}>
      {t(`states.${state}`)}
      {state === 'queued' && attempts > 0 && ` (${t('attempts', { count: attempts })})`}
    </Badge>
  )
}

/** A code in words; what a mail server said as it is. */
function Why({ reason }: { reason: string }) {
  const { t } = useTranslation('mail')
  return t(`reasons.${reason as 'user_inactive'}`, { defaultValue: reason })
}

function Mail({ mailId }: { mailId: string }) {
  const { t } = useTranslation('mail')
  const { account } = useMe()
  const asked = useQuery(mail(mailId))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (!asked.data) return <Skeleton height={240} />
  const { subject, toEmail, userName, body, reason, settledAt, queuedAt } = asked.data
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <State row={asked.data} />
        {reason && (
          <Text size="sm" c="dimmed">
            <Why reason={reason} />
          </Text>
        )}
      </Group>
      <Text>
        {t('to')}: {userName} ({toEmail})
      </Text>
      <Text>
        {t('when')}: {showInstant(settledAt ?? queuedAt, account.timeZone)}
      </Text>
      {subject && <Text fw={600}>{subject}</Text>}
      {body === null ? (
        <Text c="dimmed">{t(subject === null ? 'notWritten' : 'notYours')}</Text>
      ) : (
        <pre className={classes.body}>{body}</pre>
      )}
    </Stack>
  )
}
