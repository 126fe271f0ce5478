import { getMe } from '#contract/sign-in.ts'
import { accessEnded, type AccessEnd } from './access.ts'
import { call } from './call.ts'

const RETRY_MS = 5_000

/**
 * Listens to what happens in the account until the function that it returns is called.
 *
 * `onChange`: people or seats changed, or may have changed while the stream was down. The end of the access is told
 * to the shell.
 */
export function listen(onChange: () => void): () => void {
  let source: EventSource
  let retry: ReturnType<typeof setTimeout> | undefined
  let wasOpen = false

  const connect = (): void => {
    source = new EventSource('/api/v1/live')
    source.addEventListener('people', onChange)
    source.addEventListener('access-ended', (event: MessageEvent<string>) => {
      accessEnded((JSON.parse(event.data) as Pick<AccessEnd, 'code'>).code)
    })
    source.addEventListener('open', () => {
      if (wasOpen) onChange()
      wasOpen = true
    })
    source.addEventListener('error', () => {
      // The browser reconnects by itself after a lost connection, never after a refusal, whose status it hides.
      if (source.readyState !== EventSource.CLOSED) return
      void call(getMe, {}).catch(() => {})
      retry = setTimeout(connect, RETRY_MS)
    })
  }

  connect()
  return () => {
    clearTimeout(retry)
    source.close()
  }
}
