import type { Answer } from '#contract/endpoint.ts'
import { getOperation, type Operation } from '#contract/lifecycle.ts'
import { call, type Door } from './call.ts'

const lookEveryMs = 500

/**
 * Waits until an operation no longer runs, and gives it as it is then: finished, cancelled, or paused for somebody to
 * resume. `onProgress` is told how it stands, now and each time that it was looked at.
 *
 * @throws as `call` does
 */
export async function ended(
  door: Door,
  { id }: Pick<Operation, 'id'>,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (operation: Operation) => void } = {},
): Promise<Answer<typeof getOperation>> {
  for (;;) {
    const operation = await call(door, getOperation, { operationId: id }, signal && { signal })
    onProgress?.(operation)
    if (operation.state !== 'running') return operation
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}
