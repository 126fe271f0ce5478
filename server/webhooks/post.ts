import { lookup } from 'node:dns'
import { request as plain } from 'node:http'
import { request as encrypted } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Webhook as Signer } from 'standardwebhooks'
import type { Attempt } from '#contract/webhooks.ts'

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
  const { protocol, hostname } = new URL(url)
  const literal = hostname.replace(/^\[|\]$/g, '')
  // An address that is written as a number is never looked up.
  if (!mayBePrivate && isIP(literal) !== 0 && isPrivate(literal)) return refusedAs(`${literal}: ${isPrivateSaid}`)
  return new Promise((resolve) => {
    const send = protocol === 'https:' ? encrypted : plain
    const sent = send(
      url,
      {
        method: 'POST',
        agent: false,
        timeout: answersWithinMs,
        signal: AbortSignal.timeout(answersWithinMs),
        ...(!mayBePrivate && { lookup: lookUpPublic }),
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
      resolve(
        refusedAs(error.name === 'TimeoutError' ? `no answer within ${answersWithinMs / 1000} s` : error.message),
      ),
    )
    sent.end(body)
  })
}

const refusedAs = (said: string): Attempt => ({ isTaken: false, status: null, said: printable(said) })
const printable = (said: string): string => said.slice(0, mostSaid).replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ')

const isPrivateSaid = 'an address within a private network, which the operator has not allowed'

/** Names are looked up anew for each connection, and it goes to what was looked at here and to nothing else (R41). */
const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '')
    const wrong = addresses.find(({ address }) => isPrivate(address))
    if (wrong) return callback(new Error(`${hostname} is ${wrong.address}: ${isPrivateSaid}`), '')
    if (options.all) return callback(null, addresses)
    callback(null, addresses[0]!.address, addresses[0]!.family)
  })
}

const unreachable = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  unreachable.addSubnet(network, bits, 'ipv4')
/** Of IPv6 only what is given out to the world, less what leads to IPv4 by another name or is for examples. */
const worldWide = new BlockList()
worldWide.addSubnet('2000::', 3, 'ipv6')
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  unreachable.addSubnet(network, bits, 'ipv6')

/** Whether an address is not one of the open internet. */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 4) return unreachable.check(address, 'ipv4')
  return !worldWide.check(address, 'ipv6') || unreachable.check(address, 'ipv6')
}
