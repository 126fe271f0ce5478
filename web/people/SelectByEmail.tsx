import { Alert, Stack, Text, Textarea } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { findUsers } from '#contract/people.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'

/** Whatever looks like an address, whatever stands around it: a column, a list of recipients, `Name <address>`. */
const addressesIn = (text: string): string[] => [...new Set(text.match(/[^\s<>,;:"'()]+@[^\s<>,;:"'()]+/g) ?? [])]

interface SelectByEmailProps {
  onSelect: (ids: readonly string[]) => void
  onClose: () => void
}

/** Selects the people of a pasted list. Addresses that nobody has are told before anything is done with the others. */
export function SelectByEmail({ onSelect, onClose }: SelectByEmailProps) {
  const { t } = useTranslation('people')
  const [text, setText] = useState('')
  const [found, setFound] = useState<Answer<typeof findUsers> | null>(null)
  const emails = addressesIn(text)
  const count = found?.people.length ?? emails.length
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('byEmailTitle')}
      confirm={t(found ? 'byEmailSelect' : 'byEmailFind', { count })}
      canConfirm={count > 0}
      onConfirm={async () => {
        const told = found ?? (await call(findUsers, { emails }))
        if (found === null && told.unknown.length > 0) {
          setFound(told)
          return false
        }
        onSelect(told.people.map(({ id }) => id))
        return true
      }}
    >
      <Stack gap="md">
        <Textarea
          label={t('byEmailList')}
          description={t('byEmailHelp')}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setFound(null)
          }}
          minRows={6}
          maxRows={14}
          autosize
          data-autofocus
        />
        {found && (
          <Alert
            color="yellow"
            icon={<IconAlertTriangle size={18} />}
            title={t('byEmailUnknown', { count: found.unknown.length })}
          >
            <Text size="sm" style={{ overflowWrap: 'anywhere', maxHeight: '12rem', overflowY: 'auto' }}>
              {found.unknown.join(', ')}
            </Text>
          </Alert>
        )}
      </Stack>
    </ConfirmDialog>
  )
}
