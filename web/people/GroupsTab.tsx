import { MultiSelect, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { groups } from '#web/parts/choices.queries.ts'
import { Failure } from '#web/parts/Failure.tsx'

interface GroupsTabProps {
  groupIds: string[]
  onChange: (groupIds: string[]) => void
  disabled: boolean
}

/** The groups that somebody is in. */
export function GroupsTab({ groupIds, onChange, disabled }: GroupsTabProps) {
  const { t } = useTranslation('people')
  const all = useQuery(groups())
  if (all.isLoadingError) return <Failure error={all.error} onRetry={() => void all.refetch()} />
  return (
    <Stack gap="xs" maw={560}>
      <MultiSelect
        label={t('groups')}
        description={t('groupsHelp')}
        placeholder={groupIds.length === 0 ? t('chooseGroups') : ''}
        data={(all.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={groupIds}
        onChange={onChange}
        searchable
        clearable
        disabled={disabled || all.isPending}
      />
      {groupIds.length === 0 && <Text c="dimmed">{t('noGroupsYet')}</Text>}
    </Stack>
  )
}
