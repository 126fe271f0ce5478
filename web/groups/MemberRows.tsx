import { Anchor, Checkbox } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { PersonRow } from '#contract/people.ts'
import { useMe } from '#web/api/me.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { StatusBadge } from '#web/parts/StatusBadge.tsx'

interface MemberRowsProps {
  people: readonly PersonRow[] | undefined
  ticked: readonly string[]
  onTick: (ids: readonly string[]) => void
}

export function MemberRows({ people, ticked, onTick }: MemberRowsProps) {
  const { t } = useTranslation('groups')
  const { account } = useMe()
  const columns: Column<PersonRow>[] = [
    {
      label: t('select'),
      kind: 'tick',
      render: ({ id, firstName, lastName }) => (
        <Checkbox
          size="xs"
          aria-label={t('tick', { name: `${firstName} ${lastName}` })}
          checked={ticked.includes(id)}
          onChange={(event) =>
            onTick(event.currentTarget.checked ? [...ticked, id] : ticked.filter((other) => other !== id))
          }
        />
      ),
    },
    {
      label: t('name'),
      kind: 'title',
      render: ({ id, firstName, lastName }) => (
        <Anchor component={Link} to={`/people/${id}`} c="inherit" fw={500}>
          {firstName} {lastName}
        </Anchor>
      ),
    },
    { label: t('email'), render: ({ email }) => email },
    { label: t('department'), render: ({ department }) => department?.name },
    { label: t('status'), render: (person) => <StatusBadge status={person} zone={account.timeZone} /> },
  ]
  return <DataTable label={t('members')} columns={columns} rows={people} keyOf={({ id }) => id} />
}
