import { EmptyState as Empty } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface EmptyStateProps {
  icon: Icon
  title: string
  text?: ReactNode
  action?: ReactNode
}

/** Nothing here yet: says so, and what to do next. */
export function EmptyState({ icon: Icon, title, text, action }: EmptyStateProps) {
  return (
    <Empty icon={<Icon stroke={1.5} aria-hidden />} title={title} description={text} maw={480} mx="auto" py={48}>
      {action && <Empty.Actions>{action}</Empty.Actions>}
    </Empty>
  )
}
