import { useBlocker } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react'

let answer: ((leave: boolean) => void) | null = null
const listeners = new Set<() => void>()

function ask(next: typeof answer): void {
  answer = next
  for (const listener of listeners) listener()
}

/** The question that LeaveDialog shows: call it with the answer. Null: nothing is asked. */
export const useLeaveQuestion = (): ((leave: boolean) => void) | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => answer,
  )

const askToLeave = (): Promise<boolean> =>
  new Promise((resolve) =>
    ask((leave) => {
      ask(null)
      resolve(leave)
    }),
  )

const unsaved = new Set<object>()
/** Whether something typed would be lost with this page. */
export const isAnythingUnsaved = (): boolean => unsaved.size > 0

/** What of the address says which part of a page is open. */
const placeOf = (search: Record<string, unknown>): string =>
  JSON.stringify(['tab', 'module', 'kind', 'section'].map((name) => search[name] ?? null))

/**
 * Asks before unsaved work is left: to another page, another tab or module of the page, or out of the application. Where
 * the page keeps it, its tabs and modules are no other place.
 *
 * Returns what a form calls when it has saved, before it navigates on.
 */
export function useUnsavedGuard(isDirty: boolean, keptBy: 'place' | 'page' = 'place'): () => void {
  const dirty = useRef(isDirty)
  useEffect(() => {
    dirty.current = isDirty
    if (!isDirty) return
    unsaved.add(dirty)
    return () => void unsaved.delete(dirty)
  }, [isDirty])

  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      const isHere = keptBy === 'page' || placeOf(current.search) === placeOf(next.search)
      const stays = isHere && current.pathname === next.pathname
      return dirty.current && !stays && !(await askToLeave())
    },
    enableBeforeUnload: () => dirty.current,
    disabled: !isDirty,
  })

  return useCallback(() => {
    dirty.current = false
    unsaved.delete(dirty)
  }, [])
}
