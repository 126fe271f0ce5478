import type { UseFormReturnType } from '@mantine/form'
import type { ProblemCode } from '#contract/problems.ts'
import { fieldErrors, Refused } from '#web/api/refused.ts'

/** Where a refusal that names no field belongs: `{ email_taken: 'email' }`. */
type Places = Partial<Record<ProblemCode, string>>

/**
 * Puts what the server refused at the fields, and the focus into the first of them.
 * Returns false when it belongs to none: the refusal is then to be shown as a whole.
 */
export function showErrors<Values>(
  form: Pick<UseFormReturnType<Values>, 'setErrors' | 'getInputNode'>,
  error: unknown,
  places: Places = {},
): boolean {
  const place = error instanceof Refused ? places[error.code] : undefined
  const errors = place && error instanceof Refused ? { [place]: error.title } : fieldErrors(error)
  const [first] = Object.keys(errors)
  if (first === undefined) return false
  form.setErrors(errors)
  form.getInputNode(first)?.focus()
  return true
}

/** Makes a change in a dialog with a form. False: it was refused, and the reason stands at its field. */
export async function toldAtFields<Values>(
  form: Pick<UseFormReturnType<Values>, 'setErrors' | 'getInputNode'>,
  places: Places,
  change: () => Promise<void>,
): Promise<boolean> {
  try {
    await change()
    return true
  } catch (error) {
    if (showErrors(form, error, places)) return false
    throw error
  }
}
