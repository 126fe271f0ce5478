import { startTransition, useEffect, useState } from 'react'

/**
 * How many of so many rows are drawn: at first as many as a screen shows, then as many more at a time, so that a slow
 * phone answers in between.
 */
export function useGrowing(rows: number, step: number): number {
  const [drawn, setDrawn] = useState(step)
  useEffect(() => {
    if (drawn < rows) startTransition(() => setDrawn(drawn + step))
  }, [drawn, rows, step])
  return drawn
}
