import { Fieldset, MultiSelect, Select, SimpleGrid, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { CustomField } from '#contract/accounts.ts'
import { grantable, type Role } from '#contract/roles.ts'
import { useMe } from '#web/api/me.ts'
import { customFields, departmentOptions, departments } from '#web/parts/choices.queries.ts'
import { DateField } from '#web/parts/DateField.tsx'
import classes from './ProfileFields.module.css'
import type { ProfileTyped } from './person-form.ts'

// A form that has at least the fields of a profile; Mantine's type does not vary with what else it has.
// oxlint-disable-next-line typescript/no-explicit-any -- UseFormReturnType is invariant in its values
export type FormWithProfile = Pick<UseFormReturnType<any>, 'getInputProps' | 'key'> & { values: ProfileTyped }

interface ProfileFieldsProps {
  form: FormWithProfile
  disabled?: boolean
  /** Nobody changes their own role, nor the owner's. */
  isRoleFixed?: boolean
}

/** Who somebody is, and where they work. The same fields for adding and for editing. */
export function ProfileFields({ form, disabled = false, isRoleFixed = false }: ProfileFieldsProps) {
  const { t } = useTranslation(['people', 'parts'])
  const fields = useQuery(customFields()).data?.items ?? []
  return (
    <>
      <Fieldset legend={t('section.person')} variant="unstyled" disabled={disabled} className={classes.section}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <TextInput label={t('firstName')} autoComplete="off" {...form.getInputProps('firstName')} />
          <TextInput label={t('lastName')} autoComplete="off" {...form.getInputProps('lastName')} />
          <TextInput label={t('email')} type="email" autoComplete="off" {...form.getInputProps('email')} />
          <TextInput label={t('phone')} type="tel" autoComplete="off" {...form.getInputProps('phone')} />
        </SimpleGrid>
      </Fieldset>
      <Fieldset legend={t('section.work')} variant="unstyled" disabled={disabled} className={classes.section}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <RoleField form={form} isFixed={isRoleFixed} />
          <DepartmentField form={form} />
          <TextInput label={t('jobTitle')} autoComplete="off" {...form.getInputProps('jobTitle')} />
          <DateField label={t('hireDate')} clearable {...form.getInputProps('hireDate')} value={form.values.hireDate} />
          <Select
            label={t('language')}
            placeholder={t('accountLanguage')}
            data={[{ value: 'en', label: t('languages.en') }]}
            clearable
            {...form.getInputProps('language')}
          />
          {fields.map((field) => (
            <CustomInput key={field.id} field={field} form={form} />
          ))}
        </SimpleGrid>
        {form.values.role === 'department_administrator' && <ManagedField form={form} />}
      </Fieldset>
    </>
  )
}

type FieldProps = Pick<ProfileFieldsProps, 'form'>

function RoleField({ form, isFixed }: FieldProps & { isFixed: boolean }) {
  const { t } = useTranslation(['people', 'parts'])
  const me = useMe()
  const mine = grantable(me.role)
  const shown: Role[] = mine.includes(form.values.role) ? mine : [form.values.role, ...mine]
  return (
    <Select
      label={t('role')}
      description={form.values.role === 'owner' ? t('roleOwner') : undefined}
      data={shown.map((role) => ({ value: role, label: t(`parts:role.${role}`) }))}
      allowDeselect={false}
      disabled={isFixed}
      {...form.getInputProps('role')}
    />
  )
}

function DepartmentField({ form }: FieldProps) {
  const { t } = useTranslation('people')
  const items = useQuery(departments()).data?.items ?? []
  return (
    <Select
      label={t('department')}
      placeholder={t('noDepartment')}
      data={departmentOptions(items)}
      searchable
      clearable
      {...form.getInputProps('departmentId')}
    />
  )
}

function ManagedField({ form }: FieldProps) {
  const { t } = useTranslation('people')
  const items = useQuery(departments()).data?.items ?? []
  return (
    <MultiSelect
      mt="md"
      label={t('managed')}
      description={t('managedHelp')}
      data={departmentOptions(items)}
      searchable
      clearable
      {...form.getInputProps('managedDepartmentIds')}
    />
  )
}

function CustomInput({ field: { key, label, kind, choices }, form }: FieldProps & { field: CustomField }) {
  const props = form.getInputProps(`custom.${key}`)
  const value = form.values.custom[key] ?? ''
  switch (kind) {
    case 'choice':
      return (
        <Select
          label={label}
          data={choices}
          clearable
          {...props}
          value={value || null}
          onChange={(chosen) => props.onChange(chosen ?? '')}
        />
      )
    case 'date':
      return (
        <DateField
          label={label}
          clearable
          {...props}
          value={value || null}
          onChange={(date) => props.onChange(date ?? '')}
        />
      )
    case 'text':
      return <TextInput label={label} autoComplete="off" {...props} value={value} />
  }
}
