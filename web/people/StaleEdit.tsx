import { Alert, Button, Group, SegmentedControl, Stack, Table, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '#contract/people.ts'
import { departments, groups } from '#web/parts/choices.queries.ts'
import { changedFields, type PersonTyped, type ProfileField, type ProfileTyped, typedFrom } from './person-form.ts'
import { nameOf } from './name-of.ts'

interface StaleEditProps {
  /** What the edit began with, what was typed, and what somebody else saved meanwhile. */
  before: PersonTyped
  typed: PersonTyped
  current: Person
  changedBy: string | null
  onResolve: (kept: PersonTyped) => void
}

/** Two people edited the same person: shows where they differ, and lets the second choose. Nothing typed is lost. */
export function StaleEdit({ before, typed, current, changedBy, onResolve }: StaleEditProps) {
  const { t } = useTranslation('people')
  const show = useShow()
  const theirs = typedFrom(current)
  const mine = changedFields(before, typed)
  const contested = mine.filter((field) => changedFields(theirs, typed).includes(field))
  const [taken, setTaken] = useState<ReadonlySet<ProfileField>>(new Set())

  const resolve = (): void => {
    const kept = mine.filter((field) => !taken.has(field))
    const access = {
      isActive: typed.isActive,
      leaves: typed.leaves,
      deactivationDate: typed.deactivationDate,
      reason: typed.reason,
    }
    onResolve({ ...theirs, ...Object.fromEntries(kept.map((field) => [field, typed[field]])), ...access })
  }
  return (
    <Alert
      color="yellow"
      icon={<IconUsers size={18} />}
      title={t('staleTitle', { name: nameOf(current) })}
      mb="lg"
      role="alert"
    >
      <Stack gap="md">
        <Text>{t('staleBy', { by: changedBy ?? t('somebody') })}</Text>
        {contested.length > 0 && (
          <Table.ScrollContainer minWidth={520}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('field')}</Table.Th>
                  <Table.Th>{t('yours')}</Table.Th>
                  <Table.Th>{t('theirs')}</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {contested.map((field) => (
                  <Table.Tr key={field}>
                    <Table.Td>{t(labels[field])}</Table.Td>
                    <Table.Td>{show(field, typed) || t('empty')}</Table.Td>
                    <Table.Td>{show(field, theirs) || t('empty')}</Table.Td>
                    <Table.Td>
                      <SegmentedControl
                        size="xs"
                        aria-label={t(labels[field])}
                        data={[
                          { value: 'mine', label: t('keepMine') },
                          { value: 'theirs', label: t('takeTheirs') },
                        ]}
                        value={taken.has(field) ? 'theirs' : 'mine'}
                        onChange={(value) => {
                          const next = new Set(taken)
                          if (value === 'theirs') next.add(field)
                          else next.delete(field)
                          setTaken(next)
                        }}
                      />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <Group>
          <Button variant="default" onClick={resolve}>
            {t('goOn')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}

const labels = {
  firstName: 'firstName',
  lastName: 'lastName',
  email: 'email',
  role: 'role',
  departmentId: 'department',
  groupIds: 'groups',
  jobTitle: 'jobTitle',
  phone: 'phone',
  hireDate: 'hireDate',
  language: 'language',
  custom: 'customFields',
  managedDepartmentIds: 'managed',
} as const

/** A value in words. */
function useShow(): (field: ProfileField, typed: ProfileTyped) => string {
  const { t } = useTranslation(['people', 'parts'])
  const names = new Map(
    [...(useQuery(departments()).data?.items ?? []), ...(useQuery(groups()).data?.items ?? [])].map(({ id, name }) => [
      id,
      name,
    ]),
  )
  return (field, typed) => {
    const value = typed[field]
    if (field === 'role') return t(`parts:role.${typed.role}`)
    if (Array.isArray(value)) return value.map((id) => names.get(id) ?? id).join(', ')
    if (field === 'departmentId') return names.get(typed.departmentId ?? '') ?? ''
    if (typeof value === 'object' && value !== null)
      return Object.entries(value)
        .map(([key, one]) => `${key}: ${one}`)
        .join(', ')
    return value ?? ''
  }
}
