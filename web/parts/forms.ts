import type { UseFormReturnType } from '@mantine/form'
import { fieldErrors } from '#web/api/refused.ts'

/**
 * Puts what the server refused at the fields that it names, and the focus into the first of them.
 * Returns false when it names none: the refusal is then to be shown as a whole.
 */
export function showErrors<Values>(
  form: Pick<UseFormReturnType<Values>, 'setErrors' | 'getInputNode'>,
  error: unknown,
): boolean {
  const errors = fieldErrors(error)
  const [first] = Object.keys(errors)
  if (first === undefined) return false
  form.setErrors(errors)
  form.getInputNode(first)?.focus()
  return true
}
