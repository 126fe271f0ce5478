import {
  Button,
  Checkbox,
  Fieldset,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { setUp } from '#contract/accounts.ts'
import type { Call } from '#contract/endpoint.ts'
import { accessIsBack } from '#web/api/access.ts'
import { call } from '#web/api/call.ts'
import { showErrors } from '#web/parts/forms.ts'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import classes from './SetupForm.module.css'

const FIRST_LIMIT = 500

type Typed = Omit<Call<typeof setUp>, 'token' | 'seatLimit'> & { hasLimit: boolean; seatLimit: number | string }

const nothingTyped = (zones: string[]): Typed => ({
  accountName: '',
  firstName: '',
  lastName: '',
  email: '',
  password: '',
  timeZone: guessZone(zones),
  hasLimit: true,
  seatLimit: FIRST_LIMIT,
  addSamples: true,
})

function guessZone(zones: string[]): string {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  return zones.includes(here) ? here : 'UTC'
}

export function SetupForm({ token, zones }: { token: string; zones: string[] }) {
  const { t } = useTranslation('sign-in')
  const form = useForm({
    initialValues: nothingTyped(zones),
    validate: {
      accountName: isNotEmpty(t('required')),
      firstName: isNotEmpty(t('required')),
      lastName: isNotEmpty(t('required')),
      email: isNotEmpty(t('required')),
      password: isNotEmpty(t('required')),
      seatLimit: (limit, { hasLimit }) => (hasLimit && limit === '' ? t('required') : null),
    },
  })
  const make = useSetUp()

  const send = ({ hasLimit, seatLimit, ...typed }: Typed): void => {
    const input = { ...typed, token, seatLimit: hasLimit ? Number(seatLimit) : null }
    make.mutate(input, { onError: (error) => showErrors(form, error) })
  }

  return (
    <form noValidate onSubmit={form.onSubmit(send, (errors) => form.getInputNode(Object.keys(errors)[0]!)?.focus())}>
      <Stack gap="lg">
        <Fieldset legend={t('sectionAccount')} variant="unstyled" className={classes.section}>
          <TextInput
            label={t('accountName')}
            description={t('accountNameHelp')}
            autoComplete="organization"
            autoFocus
            {...form.getInputProps('accountName')}
          />
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
        </Fieldset>

        <Fieldset legend={t('sectionYou')} variant="unstyled" className={classes.section}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            <TextInput label={t('firstName')} autoComplete="given-name" {...form.getInputProps('firstName')} />
            <TextInput label={t('lastName')} autoComplete="family-name" {...form.getInputProps('lastName')} />
          </SimpleGrid>
          <TextInput label={t('email')} type="email" autoComplete="username" {...form.getInputProps('email')} />
          <PasswordField
            label={t('password')}
            description={t('passwordHelp')}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
        </Fieldset>

        <Fieldset legend={t('sectionPlan')} variant="unstyled" className={classes.section}>
          <Switch
            label={t('hasLimit')}
            description={t('hasLimitHelp')}
            {...form.getInputProps('hasLimit', { type: 'checkbox' })}
          />
          {form.values.hasLimit && (
            <NumberInput
              label={t('seatLimit')}
              min={1}
              max={100_000_000}
              allowDecimal={false}
              thousandSeparator=" "
              maw={200}
              {...form.getInputProps('seatLimit')}
            />
          )}
          <Checkbox
            label={t('addSamples')}
            description={t('addSamplesHelp')}
            {...form.getInputProps('addSamples', { type: 'checkbox' })}
          />
        </Fieldset>

        <Refusal error={make.error} />
        <Button type="submit" fullWidth loading={make.isPending}>
          {t('setUp')}
        </Button>
        <Text role="status" c="dimmed" ta="center" className={classes.progress}>
          {make.isPending && (form.values.addSamples ? t('settingUpSamples') : t('settingUp'))}
        </Text>
      </Stack>
    </form>
  )
}

/** The server signs the owner in with its answer. */
function useSetUp() {
  const queryClient = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: (input: Call<typeof setUp>) => call(setUp, input),
    onSuccess: () => {
      queryClient.clear()
      accessIsBack()
      return router.navigate({ to: '/people', replace: true, ignoreBlocker: true })
    },
  })
}
