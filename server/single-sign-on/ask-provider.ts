import { request as plain } from 'node:http'
import { request as encrypted } from 'node:https'
import { guardOf, refusalOf } from '#server/outside.ts'

/** What the operator allows. */
export interface Allowance {
  readonly identityProvidersMayBePrivate: boolean
}

interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | null
}

const answersWithinMs = 5_000
const mostBytes = 1024 * 1024

/**
 * Asks an identity provider, as `fetch` does: within a time and a size, without following a redirect, and no address
 * within a private network unless the operator allows it (R41). Without that, https alone.
 *
 * @throws Error that says what was wrong
 */
export function askProvider(
  url: string,
  { method = 'GET', headers = {}, body = null }: Asked,
  { identityProvidersMayBePrivate: mayBePrivate }: Allowance,
): Promise<Response> {
  const isEncrypted = new URL(url).protocol === 'https:'
  const refusal = isEncrypted || mayBePrivate ? refusalOf(url, mayBePrivate) : `${url}: only https is asked`
  if (refusal) return Promise.reject(new Error(refusal))
  return new Promise((resolve, reject) => {
    const send = isEncrypted ? encrypted : plain
    const sent = send(
      url,
      {
        method,
        agent: false,
        signal: AbortSignal.timeout(answersWithinMs),
        ...guardOf(mayBePrivate),
        headers: { ...headers, ...(body !== null && { 'content-length': Buffer.byteLength(body) }) },
      },
      (response) => {
        const parts: Buffer[] = []
        let bytes = 0
        response.on('data', (part: Buffer) => {
          parts.push(part)
          bytes += part.length
          if (bytes > mostBytes) sent.destroy(new Error('the answer is too long'))
        })
        response.on('error', reject)
        response.on('end', () => {
          const { statusCode = 500, headers: answered } = response
          const told = new Headers()
          for (const [name, value] of Object.entries(answered)) if (typeof value === 'string') told.set(name, value)
          const hasBody = statusCode !== 204 && statusCode !== 304
          resolve(new Response(hasBody ? Buffer.concat(parts) : null, { status: statusCode, headers: told }))
        })
      },
    )
    sent.on('error', (error) =>
      reject(error.name === 'AbortError' ? new Error(`no answer within ${answersWithinMs / 1000} s`) : error),
    )
    sent.end(body)
  })
}

const mostSaid = 300

/** What was wrong with a provider, in a line for whoever looks after it: never a token, a secret, or what it answered. */
export function saidBy(error: unknown): string {
  const lines: string[] = []
  for (let one = error; one instanceof Error && lines.length < 3; one = one.cause) {
    const { error: code, error_description: description } = one as { error?: unknown; error_description?: unknown }
    lines.push([one.message, code, description].filter((part) => typeof part === 'string' && part).join(': '))
  }
  return (
    lines
      .join('; ')
      .slice(0, mostSaid)
      .replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ') || 'unknown'
  )
}
