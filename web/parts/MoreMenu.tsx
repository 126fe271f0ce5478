import { ActionIcon, type ActionIconProps, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface MoreMenuProps extends Pick<ActionIconProps, 'loading' | 'size' | 'variant'> {
  /** What its button is called, with the name of what it is about. */
  label: string
  /** Of the button, to find it again. */
  mark?: Record<`data-${string}`, string>
  /** Its `Menu.Item`s. */
  children: ReactNode
}

/** What else can be done with something, behind three dots. */
export function MoreMenu({ label, mark, children, variant = 'subtle', ...button }: MoreMenuProps) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant={variant} color="gray" aria-label={label} {...button} {...mark}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}
