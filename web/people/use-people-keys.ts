import { useHotkeys } from '@mantine/hooks'
import type { RefObject } from 'react'

interface Keys {
  searchField: RefObject<HTMLInputElement | null>
  onTick: (id: string) => void
  onEscape: () => void
  onHelp: () => void
}

const links = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-person-link]')]
const rowInFocus = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>('[data-person]') ?? null
const isDialogOpen = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null

/** Moves the focus itself from row to row, so that whatever the keyboard does next is done there. */
function step(by: 1 | -1): void {
  const all = links()
  const row = rowInFocus()
  const place = row ? all.findIndex((link) => row.contains(link)) : by === 1 ? -1 : all.length
  const next = all[Math.min(Math.max(place + by, 0), all.length - 1)]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

export function usePeopleKeys({ searchField, onTick, onEscape, onHelp }: Keys): void {
  useHotkeys([
    ['/', () => searchField.current?.focus()],
    ['j', () => step(1)],
    ['k', () => step(-1)],
    [
      'x',
      () => {
        const id = rowInFocus()?.dataset['person']
        if (id) onTick(id)
      },
    ],
    ['shift+?', onHelp],
    ['Escape', () => !isDialogOpen() && onEscape(), { preventDefault: false }],
  ])
}
