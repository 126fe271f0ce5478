import { useState } from 'react'
import type { PagerProps } from './Pager.tsx'

/** Where somebody is in a list that has its pages behind cursors, where the address does not tell it. */
export function usePages() {
  const [cursors, setCursors] = useState<readonly string[]>([])
  const cursor = cursors.at(-1)
  return {
    /** To ask for the page. */
    asked: cursor === undefined ? {} : { cursor },
    toFirst: () => setCursors([]),
    /** With what the page told of the next. */
    pagerOf: (page: { next: string | null } | undefined): PagerProps => ({
      previous: cursors.length > 0 ? 'back' : null,
      next: page?.next ?? null,
      onPage: (to) => setCursors(to === 'back' ? cursors.slice(0, -1) : [...cursors, to]),
    }),
  }
}
