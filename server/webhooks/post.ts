import { request as plain } from 'node:http'
import { request as encrypted } from 'node:https'
import { Webhook as Signer } from 'standardwebhooks'
import type { Attempt } from '#contract/webhooks.ts'
import { guardOf, refusalOf } from '#server/outside.ts'

/** What is told at once, signed by the scheme of Standard Webhooks. */
export interface Message {
  readonly id: string
  readonly payload: { readonly type: string; readonly timestamp: string; readonly data: object }
}

interface Receiver {
  readonly url: string
  readonly secret: string
  /** The operator lets webhooks reach into the network that the server stands in. */
  readonly mayBePrivate: boolean
}

const answersWithinMs = 10_000
/** As much of an answer is kept as somebody needs to see what is wrong. */
const mostSaid = 500

/** Hands a message over. It is taken when the answer is 2xx; a redirect is no answer, and nobody is followed (R41). */
export async function post({ url, secret, mayBePrivate }: Receiver, { id, payload }: Message): Promise<Attempt> {
  const body = JSON.stringify(payload)
  const at = new Date()
  const { protocol } = new URL(url)
  const refusal = refusalOf(url, mayBePrivate)
  if (refusal) return refusedAs(refusal)
  return new Promise((resolve) => {
    const send = protocol === 'https:' ? encrypted : plain
    const sent = send(
      url,
      {
        method: 'POST',
        agent: false,
        timeout: answersWithinMs,
        signal: AbortSignal.timeout(answersWithinMs),
        ...guardOf(mayBePrivate),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Rollcall-Webhooks/1',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': new Signer(secret).sign(id, at, body),
        },
      },
      (response) => {
        const status = response.statusCode!
        let said = ''
        const tell = () => {
          const isTaken = status >= 200 && status < 300
          resolve({ isTaken, status, said: isTaken ? null : `${status} ${printable(said)}`.trim() })
        }
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          said += part
          if (said.length <= mostSaid) return
          tell()
          sent.destroy()
        })
        response.on('end', tell)
        response.on('error', tell)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${answersWithinMs / 1000} s`)))
    sent.on('error', (error: NodeJS.ErrnoException) =>
      resolve(refusedAs(error.name === 'AbortError' ? `no answer within ${answersWithinMs / 1000} s` : error.message)),
    )
    sent.end(body)
  })
}

const refusedAs = (said: string): Attempt => ({ isTaken: false, status: null, said: printable(said) })
const printable = (said: string): string => said.slice(0, mostSaid).replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ')
