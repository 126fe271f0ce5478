import { Anchor, Button, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkPerson, listPeopleToLink, type ToLink } from '#contract/provisioning.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone } from '#web/parts/toast.ts'

const lookEveryMs = 5_000

/** R39: who was here before the identity provider is managed by it when somebody says so here. Nothing where nobody waits. */
export function PeopleToLink() {
  const { t } = useTranslation('provisioning')
  const queryClient = useQueryClient()
  const [linking, setLinking] = useState<ToLink | null>(null)
  const { data, error, isLoadingError, refetch } = useQuery({
    ...ask(listPeopleToLink, {}),
    refetchInterval: lookEveryMs,
  })
  if (isLoadingError) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data || data.items.length === 0) return null
  const columns: Column<ToLink>[] = [
    {
      label: t('person'),
      kind: 'title',
      render: ({ userId, name, email }) => (
        <>
          <Anchor component={Link} to={`/people/${userId}`} c="inherit" fw={500}>
            {name}
          </Anchor>
          <Text c="dimmed" size="sm">
            {email}
          </Text>
        </>
      ),
    },
    {
      label: t('calledThere'),
      kind: 'long',
      render: ({ userName, externalId }) => [userName, externalId].filter(Boolean).join(' · '),
    },
    { label: t('asked'), render: ({ askedAt }) => <Ago at={askedAt} /> },
    {
      label: t('actions'),
      kind: 'actions',
      render: (person) => (
        <Button
          variant="default"
          size="xs"
          aria-label={t('linkOf', { name: person.name })}
          onClick={() => setLinking(person)}
        >
          {t('link')}
        </Button>
      ),
    },
  ]
  return (
    <section>
      <Title order={2} size="h4">
        {t('toLink')}
      </Title>
      <Text c="dimmed" maw={720} mb="sm">
        {t('toLinkText')}
      </Text>
      <DataTable label={t('toLink')} columns={columns} rows={data.items} keyOf={({ userId }) => userId} />
      <ConfirmDialog
        opened={linking !== null}
        onClose={() => setLinking(null)}
        title={t('linkTitle', { name: linking?.name ?? '' })}
        confirm={t('link')}
        onConfirm={async () => {
          await call(linkPerson, { userId: linking!.userId })
          void queryClient.invalidateQueries(ask(listPeopleToLink, {}))
          toastDone({ title: t('linked', { name: linking!.name }) })
        }}
      >
        {t('linkText')}
      </ConfirmDialog>
    </section>
  )
}
