import { ActionIcon, type ActionIconProps, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'

interface MoreMenuProps extends Pick<ActionIconProps, 'loading' | 'size' | 'variant'> {
  /** What its button is called, with the name of what it is about. */
  label: string
  /** Of the button, to find it again. */
  mark?: Record<`data-${string}`, string>
  iconSize?: number
  /** Its `Menu.Item`s. */
  children: ReactNode
}

/** What else can be done with something, behind three dots. The menu is not made before it is asked for: a list has fifty of them. */
export function MoreMenu({ label, mark, iconSize = 16, children, variant = 'subtle', ...button }: MoreMenuProps) {
  const [isAsked, setIsAsked] = useState(false)
  const [isOpen, setIsOpen] = useState(false)
  const buttonInMenu = useRef<HTMLButtonElement>(null)
  /** As the button of the menu it is another element: from the focus on that, the menu knows where to give it back. */
  const askFor = (): void => {
    flushSync(() => setIsAsked(true))
    buttonInMenu.current?.focus({ preventScroll: true })
    setIsOpen(true)
  }

  const target = (
    <ActionIcon
      variant={variant}
      color="gray"
      aria-label={label}
      aria-haspopup="menu"
      {...button}
      {...mark}
      {...(isAsked ? { ref: buttonInMenu } : { onClick: askFor })}
    >
      <IconDots size={iconSize} />
    </ActionIcon>
  )
  if (!isAsked) return target
  return (
    <Menu opened={isOpen} onChange={setIsOpen} position="bottom-end">
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}
