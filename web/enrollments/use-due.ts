import { useState } from 'react'
import { fieldErrors } from '#web/api/refused.ts'
import { dueOf, isDueWhole, nothingDue } from './DueFields.tsx'

/** A due date as it is typed in a dialog, and what the server has against it. */
export function useDue() {
  const [value, setValue] = useState(nothingDue)
  const [error, setError] = useState<string | null>(null)
  return {
    isWhole: isDueWhole(value),
    fields: {
      value,
      error,
      onChange(next: typeof value) {
        setValue(next)
        setError(null)
      },
    },
    /** Does it with the day typed. @returns false where that day is refused: the field says why */
    async submit(task: (due: ReturnType<typeof dueOf>) => Promise<void>): Promise<boolean> {
      try {
        await task(dueOf(value))
        return true
      } catch (refusal) {
        const refused = fieldErrors(refusal)['dueDate']
        if (!refused) throw refusal
        setError(refused)
        return false
      }
    },
  }
}
