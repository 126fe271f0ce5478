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

const tabOf = (search: object): unknown => ('tab' in search ? search.tab : undefined)

/**
 * Asks before unsaved work is left: to another page, another tab of the page, or out of the application.
 *
 * Returns what a form calls when it has saved, before it navigates on.
 */
export function useUnsavedGuard(isDirty: boolean): () => void {
  const dirty = useRef(isDirty)
  useEffect(() => {
    dirty.current = isDirty
  }, [isDirty])

  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      const stays = current.pathname === next.pathname && tabOf(current.search) === tabOf(next.search)
      return dirty.current && !stays && !(await askToLeave())
    },
    enableBeforeUnload: () => dirty.current,
    disabled: !isDirty,
  })

  return useCallback(() => {
    dirty.current = false
  }, [])
}
