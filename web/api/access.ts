import { useSyncExternalStore } from 'react'

/** How this browser's access ended, as the server told it. */
export interface AccessEnd {
  code: 'not_signed_in' | 'account_inactive'
  at: string
}

let end: AccessEnd | null = null
const listeners = new Set<() => void>()

function set(next: AccessEnd | null): void {
  end = next
  for (const listener of listeners) listener()
}

/** Told by every call and by the live stream; the shell reacts. The first word stays until `accessIsBack`. */
export function accessEnded(code: AccessEnd['code']): void {
  if (!end) set({ code, at: new Date().toISOString() })
}

export const accessEnd = (): AccessEnd | null => end

export const accessIsBack = (): void => set(null)

export const useAccessEnd = (): AccessEnd | null =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, accessEnd)
