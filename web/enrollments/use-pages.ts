import { useState } from 'react'

/** The way through a list whose page markers lead forward alone: the markers of the pages before are kept. */
export function usePages() {
  const [cursors, setCursors] = useState<readonly string[]>([])
  return {
    cursor: cursors.at(-1),
    first: () => setCursors([]),
    pager: (next: string | null) => ({
      next,
      previous: cursors.length > 0 ? 'previous' : null,
      onPage: (cursor: string) => setCursors(cursor === 'previous' ? cursors.slice(0, -1) : [...cursors, cursor]),
    }),
  }
}
