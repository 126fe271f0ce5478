import { Select, type SelectProps } from '@mantine/core'
import { useQuery, type UseQueryOptions } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

interface AskedSelectProps<Answer> extends Omit<SelectProps, 'data' | 'onDropdownOpen' | 'nothingFoundMessage'> {
  question: UseQueryOptions<Answer>
  /** What there is to choose from, of the answer. */
  options: (answer: Answer) => NonNullable<SelectProps['data']>
}

/** A choice that asks for its options when it is opened, or when one is chosen already: a page shows what it is for first. */
export function AskedSelect<Answer>({ question, options, value, ...select }: AskedSelectProps<Answer>) {
  const { t } = useTranslation('parts')
  const [isOpened, setIsOpened] = useState(false)
  const { data, isError, refetch } = useQuery({ ...question, enabled: isOpened || Boolean(value) })
  return (
    <Select
      searchable
      clearable
      {...select}
      value={value ?? null}
      data={data === undefined ? [] : options(data)}
      nothingFoundMessage={t(data !== undefined ? 'noneToChoose' : isError ? 'failed' : 'loading')}
      onDropdownOpen={() => {
        setIsOpened(true)
        if (isError) void refetch()
      }}
    />
  )
}
