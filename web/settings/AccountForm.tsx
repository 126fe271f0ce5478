import { Alert, Button, Group, Input, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { TimePicker } from '@mantine/dates'
import { useForm } from '@mantine/form'
import { IconUsers } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Account, editAccount, previewZone } from '#contract/accounts.ts'
import { ask, askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { showErrors } from '#web/parts/forms.ts'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import { MovedDates } from './MovedDates.tsx'

type Typed = Pick<
  Account,
  'name' | 'timeZone' | 'deactivationTime' | 'language' | 'massChangeCount' | 'massChangePercent'
>
const typedFrom = ({
  name,
  timeZone,
  deactivationTime,
  language,
  massChangeCount,
  massChangePercent,
}: Account): Typed => ({
  name,
  timeZone,
  deactivationTime,
  language,
  massChangeCount,
  massChangePercent,
})

/** What somebody changed, and nothing else: what others change meanwhile stays theirs. */
const changesOf = (typed: Typed, before: Account): Partial<Typed> =>
  Object.fromEntries(Object.entries(typed).filter(([name, value]) => value !== before[name as keyof Typed]))

/** The account. A changed zone or time of day shows beforehand whose access it moves (D4). */
export function AccountForm({ account: loaded, zones }: { account: Account; zones: string[] }) {
  const { t } = useTranslation('settings')
  const [account, setAccount] = useState(loaded)
  const [isStale, setIsStale] = useState(false)
  const form = useForm<Typed>({ initialValues: typedFrom(loaded) })
  useUnsavedGuard(form.isDirty())

  const { timeZone, deactivationTime } = form.values
  const isMoving = timeZone !== account.timeZone || deactivationTime !== account.deactivationTime
  const isPreviewed = isMoving && deactivationTime !== ''
  const moved = useQuery({ ...ask(previewZone, { timeZone, deactivationTime }), enabled: isPreviewed, retry: false })

  const begin = (from: Account, kept: Typed): void => {
    setAccount(from)
    form.setInitialValues(typedFrom(from))
    form.setValues(kept)
  }
  const save = useSave((saved) => {
    setIsStale(false)
    begin(saved, typedFrom(saved))
  })
  const send = (typed: Typed): void =>
    save.mutate(
      { version: account.version, ...changesOf(typed, account) },
      {
        onError: (error) => {
          const current =
            error instanceof Refused && error.code === 'stale_edit' ? (error.details['current'] as Account) : null
          if (current) {
            setIsStale(true)
            begin(current, { ...typedFrom(current), ...changesOf(typed, account) })
          } else if (!showErrors(form, error, { unknown_time_zone: 'timeZone' })) toastRefused(error)
        },
      },
    )
  return (
    <form noValidate onSubmit={form.onSubmit(send)}>
      <Stack gap="md">
        {isStale && (
          <Alert color="yellow" role="alert" icon={<IconUsers size={18} />}>
            {t('stale')}
          </Alert>
        )}
        <TextInput label={t('name')} {...form.getInputProps('name')} />
        <div>
          <Text fw={500}>{t('host')}</Text>
          <Text c="dimmed">{account.host ?? t('anyHost')}</Text>
        </div>
        <Select
          label={t('timeZone')}
          description={t('timeZoneHelp')}
          data={zones}
          searchable
          allowDeselect={false}
          nothingFoundMessage={t('timeZoneNone')}
          maxDropdownHeight={280}
          {...form.getInputProps('timeZone')}
        />
        <TimePicker
          label={t('deactivationTime')}
          description={t('deactivationTimeHelp')}
          format="24h"
          hoursInputLabel={t('hours')}
          minutesInputLabel={t('minutes')}
          maw={320}
          {...form.getInputProps('deactivationTime')}
          onChange={(time) => form.setFieldValue('deactivationTime', time.slice(0, 5))}
        />
        <Select
          label={t('language')}
          data={[{ value: 'en', label: t('languages.en') }]}
          allowDeselect={false}
          maw={320}
          {...form.getInputProps('language')}
        />
        <Input.Wrapper label={t('massChange')} description={t('massChangeHelp')}>
          <Group mt={6} gap="xs">
            <NumberInput
              aria-label={t('massChangeCount')}
              min={1}
              max={1_000_000}
              allowDecimal={false}
              thousandSeparator=","
              suffix={t('massChangePeople')}
              w={150}
              {...form.getInputProps('massChangeCount')}
            />
            <Text>{t('massChangeOr')}</Text>
            <NumberInput
              aria-label={t('massChangePercent')}
              min={1}
              max={100}
              allowDecimal={false}
              suffix=" %"
              w={90}
              {...form.getInputProps('massChangePercent')}
            />
          </Group>
        </Input.Wrapper>
        {isPreviewed && moved.isError && <Failure error={moved.error} onRetry={() => void moved.refetch()} />}
        {isPreviewed && moved.data && (
          <MovedDates moved={moved.data} zoneBefore={account.timeZone} zoneAfter={timeZone} />
        )}
        <Group>
          <Button
            type="submit"
            disabled={!form.isDirty() || (isPreviewed && !moved.isSuccess)}
            loading={save.isPending}
          >
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function useSave(onSaved: (account: Account) => void) {
  const { t } = useTranslation('settings')
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (edit: Parameters<typeof call<typeof editAccount>>[1]) => call(editAccount, edit),
    onSuccess: ({ account, moved }) => {
      void askAgain(queryClient)
      onSaved(account)
      toastDone({ title: t('saved'), ...(moved.count > 0 && { message: t('moved', { count: moved.count }) }) })
    },
  })
}
