import { useCallback, useMemo, useState } from 'react'
import type { Selection } from '#contract/lifecycle.ts'
import type { PeopleFilter } from '#contract/people.ts'

/** B1: ticked people, or everybody who matches the filter except some. */
type Ticked =
  | { readonly isAll: false; readonly ids: ReadonlySet<string> }
  | { readonly isAll: true; readonly except: ReadonlySet<string> }

const nobody: Ticked = { isAll: false, ids: new Set() }

export interface Ticks {
  readonly isAll: boolean
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

/** Who is ticked. It stays while the list is paged, sorted and refreshed; a new filter begins anew. */
export function useTicks(): Ticks {
  const [ticked, setTicked] = useState<Ticked>(nobody)
  const set = useCallback(
    (ids: readonly string[], isTicked: boolean) =>
      setTicked((before) =>
        before.isAll
          ? { isAll: true, except: changed(before.except, ids, !isTicked) }
          : { isAll: false, ids: changed(before.ids, ids, isTicked) },
      ),
    [],
  )
  const all = useCallback(() => setTicked({ isAll: true, except: new Set() }), [])
  const clear = useCallback(() => setTicked(nobody), [])

  return useMemo(
    () => ({
      isAll: ticked.isAll,
      has: (id) => (ticked.isAll ? !ticked.except.has(id) : ticked.ids.has(id)),
      count: (matching) => (ticked.isAll ? Math.max(matching - ticked.except.size, 0) : ticked.ids.size),
      set,
      all,
      clear,
      selection: (filter) => (ticked.isAll ? { filter, except: [...ticked.except] } : { ids: [...ticked.ids] }),
    }),
    [ticked, set, all, clear],
  )
}
