import { ActionIcon, Button, CopyButton, Group, Text, Tooltip } from '@mantine/core'
import { IconCertificate, IconCheck, IconCopy, IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Certificate } from '#contract/portal.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { showDate } from '#web/parts/dates.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { myCertificates } from './portal.queries.ts'

/** What I have earned, to save and to show. */
export function CertificatesPage() {
  const { t } = useTranslation('portal')
  const asked = useQuery(myCertificates())
  const columns: Column<Certificate>[] = [
    { label: t('course'), kind: 'title', render: ({ courseTitle }) => courseTitle },
    { label: t('issued'), render: ({ issuedOn }) => showDate(issuedOn) },
    {
      label: t('validUntil'),
      render: ({ expiresOn, isValid }) =>
        expiresOn === null
          ? t('forEver')
          : isValid
            ? showDate(expiresOn)
            : t('expiredOn', { date: showDate(expiresOn) }),
    },
    {
      label: t('code'),
      render: ({ code }) => (
        <Group gap={4} wrap="nowrap">
          <Text component="span" ff="monospace" size="sm">
            {code}
          </Text>
          <CopyButton value={`${location.origin}/verify?code=${code}`}>
            {({ copied, copy }) => (
              <Tooltip label={t(copied ? 'copied' : 'copyLink')}>
                <ActionIcon variant="subtle" color="gray" aria-label={t('copyLink')} onClick={copy}>
                  {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
        </Group>
      ),
    },
    {
      label: t('actions'),
      kind: 'actions',
      render: ({ id, courseTitle }) => (
        <Button
          component="a"
          href={`/api/v1/certificates/${id}/pdf`}
          target="_blank"
          variant="default"
          size="xs"
          leftSection={<IconDownload size={16} />}
          aria-label={t('openPdf', { title: courseTitle })}
        >
          PDF
        </Button>
      ),
    },
  ]
  return (
    <>
      <PageTitle title={t('certificates')} subtitle={t('certificatesText')} />
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isSuccess && asked.data.items.length === 0 ? (
        <EmptyState icon={IconCertificate} title={t('noCertificates')} text={t('noCertificatesText')} />
      ) : (
        !asked.isError && (
          <DataTable
            label={t('certificates')}
            columns={columns}
            rows={asked.data?.items}
            keyOf={({ id }) => id}
            minWidth={640}
          />
        )
      )}
    </>
  )
}
