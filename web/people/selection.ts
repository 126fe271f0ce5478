import { useQueryClient } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Selection } from '#contract/lifecycle.ts'
import type { PeopleFilter } from '#contract/people.ts'

/** B1: ticked people, or everybody who matches the filter except some. */
type Ticked =
  | { readonly isAll: false; readonly ids: ReadonlySet<string> }
  | { readonly isAll: true; readonly except: ReadonlySet<string> }

const nobody: Ticked = { isAll: false, ids: new Set() }

export interface Ticks {
  readonly isAll: boolean
  /** Whether somebody has come back to this list: then it is drawn at once, for its place to be found again. */
  readonly isBack: boolean
  has(id: string): boolean
  /** How many are chosen, of so many who match. */
  count(matching: number): number
  set(ids: readonly string[], isTicked: boolean): void
  all(): void
  clear(): void
  selection(filter: Partial<PeopleFilter>): Selection
}

const changed = (before: ReadonlySet<string>, ids: readonly string[], isIn: boolean): ReadonlySet<string> => {
  const after = new Set(before)
  for (const id of ids) {
    if (isIn) after.add(id)
    else after.delete(id)
  }
  return after
}

/**
 * Who is ticked. It stays while the list is paged, sorted and refreshed, and for whoever comes back to it from somewhere
 * else; a new filter begins anew.
 */
export function useTicks(filter: Partial<PeopleFilter>): Ticks {
  const queryClient = useQueryClient()
  // oxlint-disable-next-line no-underscore-dangle -- so the router calls what tells one visit from another
  const visit = useLocation({ select: ({ state }) => state.__TSR_key })
  const of = JSON.stringify(filter)
  // Kept with what is known of the server, since it goes with the access.
  const [told, setTold] = useState(() => queryClient.getQueryData<{ of: string; ticked: Ticked }>(['ticked', visit]))
  const [isBack] = useState(told !== undefined)
  if (told && told.of !== of) setTold(undefined)
  const ticked = told?.of === of ? told.ticked : nobody
  useEffect(() => {
    queryClient.setQueryData(['ticked', visit], { of, ticked })
  }, [queryClient, visit, of, ticked])

  const change = useCallback(
    (next: (before: Ticked) => Ticked) =>
      setTold((before) => ({ of, ticked: next(before?.of === of ? before.ticked : nobody) })),
    [of],
  )
  const set = useCallback(
    (ids: readonly string[], isTicked: boolean) =>
      change((before) =>
        before.isAll
          ? { isAll: true, except: changed(before.except, ids, !isTicked) }
          : { isAll: false, ids: changed(before.ids, ids, isTicked) },
      ),
    [change],
  )
  const all = useCallback(() => change(() => ({ isAll: true, except: new Set() })), [change])
  const clear = useCallback(() => change(() => nobody), [change])

  return useMemo(
    () => ({
      isAll: ticked.isAll,
      isBack,
      has: (id) => (ticked.isAll ? !ticked.except.has(id) : ticked.ids.has(id)),
      count: (matching) => (ticked.isAll ? Math.max(matching - ticked.except.size, 0) : ticked.ids.size),
      set,
      all,
      clear,
      selection: (filter) => (ticked.isAll ? { filter, except: [...ticked.except] } : { ids: [...ticked.ids] }),
    }),
    [ticked, isBack, set, all, clear],
  )
}
