import { Input } from '@mantine/core'
import type { ReactNode } from 'react'

/** What is wrong with something that is no field. It can take the focus, as a field would. */
export function Wrong({ children }: { children: ReactNode }) {
  return (
    <Input.Error size="sm" role="alert" tabIndex={-1} data-wrong>
      {children}
    </Input.Error>
  )
}
