import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/*
 * Requests that the server sends to addresses which somebody of an account typed. Whether they may reach into the
 * network that the server stands in, the operator says.
 */

/** Why an address is not asked at all: one that is written as a number is never looked up. Null: it may be asked. */
export function refusalOf(url: string, mayBePrivate: boolean): string | null {
  const host = hostIn(url)
  return !mayBePrivate && isIP(host) !== 0 && isPrivate(host) ? `${host}: ${isPrivateSaid}` : null
}

/** What a request is sent with, so that it reaches no private address by a name. */
export const guardOf = (mayBePrivate: boolean): { lookup?: LookupFunction } =>
  mayBePrivate ? {} : { lookup: lookUpPublic }

/** Whether the address itself says that it lies within: told early, where it is typed. A name is looked at with each request. */
export function liesWithin(url: string): boolean {
  const host = hostIn(url)
  return isIP(host) === 0 ? /^localhost$|\.(localhost|local|internal)$/.test(host) : isPrivate(host)
}

const hostIn = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')

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
