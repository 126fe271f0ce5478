import { Group, Text, Title } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef, type ReactNode } from 'react'
import classes from './PageTitle.module.css'

interface PageTitleProps {
  title: string
  subtitle?: ReactNode
  /** The primary action, at the upper right. */
  action?: ReactNode
  /** On a phone the action stays in sight, however far a form is scrolled. */
  isActionKept?: boolean
  tabs?: ReactNode
}

// The page on which the focus has been put last. Null: the first page of this visit, which keeps the browser's focus.
let focused: string | null = null

/** The head of a page. Names the document, and takes the focus when somebody navigates here. */
export function PageTitle({ title, subtitle, action, isActionKept = false, tabs }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { pathname } = useLocation()

  useEffect(() => {
    document.title = `${title} · Rollcall`
  }, [title])

  useEffect(() => {
    if (focused !== null && focused !== pathname) heading.current?.focus({ preventScroll: true })
    focused = pathname
  }, [pathname])

  return (
    <div className={classes.head}>
      <Group justify="space-between" align="flex-start" gap="md">
        <div className={classes.words}>
          <Title order={1} ref={heading} tabIndex={-1} className={classes.title}>
            {title}
          </Title>
          {subtitle && (
            <Text component="div" c="dimmed" mt={2}>
              {subtitle}
            </Text>
          )}
        </div>
        {action && (
          <div className={classes.action} data-kept={isActionKept || undefined}>
            {action}
          </div>
        )}
      </Group>
      {tabs && <div className={classes.tabs}>{tabs}</div>}
    </div>
  )
}
