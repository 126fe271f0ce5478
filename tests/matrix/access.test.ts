import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { endpoints } from '#contract/endpoints.ts'
import { type Access, allows } from '#contract/roles.ts'
import { scopeOf, type TokenScope } from '#contract/tokens.ts'
import { aNode } from '#tests/harness/account.ts'
import { type Credential, everyCredential, type Headers } from './credentials.ts'
import { routesOf, type Route } from './routes.ts'

const { built: node, routes } = await routesOf(aNode)
const { port } = node.server.address() as AddressInfo
const { host, credentials } = await everyCredential()

/** What is served beside the calls of the contract. A route that stands neither there nor here fails. */
const besideTheContract: Record<string, Access> = {
  'GET /health': 'public',
  'GET /ready': 'public',
  'GET /api/openapi.json': 'public',
  'GET /api/v1/live': 'signed_in',
  'POST /api/v1/uploads': 'catalog',
  'HEAD /api/v1/uploads/:uploadId': 'catalog',
  'PATCH /api/v1/uploads/:uploadId': 'catalog',
  'DELETE /api/v1/uploads/:uploadId': 'catalog',
  ...scimRoutes(),
  'GET /sso/oidc/:providerId/start': 'public',
  'GET /sso/oidc/:providerId/callback': 'public',
  'POST /sso/oidc/:providerId/back-channel-logout': 'public',
  'GET /sso/saml/:providerId/start': 'public',
  'POST /sso/saml/:providerId/acs': 'public',
  'GET /sso/saml/:providerId/metadata': 'public',
  'GET /assets/*': 'public',
  'GET /*': 'public',
}

/** What identity providers ask: with a token for provisioning, and in the words of SCIM. */
function scimRoutes(): Record<string, Access> {
  const routes = ['Users', 'Groups'].flatMap((of) => [
    ...['GET', 'POST'].map((method) => `${method} /${of}`),
    `POST /${of}/.search`,
    ...['GET', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /${of}/:id`),
  ])
  routes.push(...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /*`))
  routes.push(
    'GET /ServiceProviderConfig',
    ...['ResourceTypes', 'Schemas'].flatMap((of) => [`GET /${of}`, `GET /${of}/:id`]),
  )
  return Object.fromEntries(routes.map((route) => [route.replace(' ', ' /scim/v2'), 'account']))
}
const isScim = ({ url }: Route): boolean => url.startsWith('/scim/')

const table = new Map<string, Access>([
  ...Object.entries(besideTheContract),
  ...Object.values(endpoints).map(({ method, path, access }): [string, Access] => [`${method} ${path}`, access]),
])
/** HEAD is served wherever GET is, by the same handler. */
const accessOf = ({ method, url }: Route) =>
  table.get(`${method} ${url}`) ?? (method === 'HEAD' ? table.get(`GET ${url}`) : undefined)

interface Seen {
  readonly status: number
  readonly code: string | undefined
  readonly type: string
}

/** Asks, and hangs up once it is known what the answer is: an open stream has no end. */
function ask(method: string, path: string, headers: Headers): Promise<Seen> {
  const body = method === 'POST' || method === 'PATCH' || method === 'PUT' ? '{}' : undefined
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { host, ...headers, ...(body && { 'content-type': 'application/json' }) },
      },
      (response) => {
        const { 'content-type': type = '' } = response.headers
        const told = (text: string) => {
          const code = type.includes('problem+json') && text ? (JSON.parse(text) as { code: string }).code : undefined
          resolve({ status: response.statusCode!, code, type })
        }
        if (type.startsWith('text/event-stream')) {
          told('')
          sent.destroy()
          return
        }
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => told(text))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const filledIn = (url: string) => url.replaceAll(/:\w+/g, randomUUID()).replace('*', '')

/** What the gate has to answer; null: it lets them in, and what then happens is no matter of the gate. */
function refusal(route: Route, { standing, opens }: Credential): string | null {
  const access = accessOf(route)!
  if (access === 'public') return null
  if (isScim(route) && opens === 'everything') return '401'
  if (standing === 'not_signed_in' || standing === 'account_inactive') return `401 ${standing}`
  if (!allows(access, standing)) return '403 not_allowed'
  if (isScim(route)) return opens === 'provisioning' ? null : '403'
  if (opens === 'everything') return null
  if (scopeAt(route) === null) return '403 not_by_token'
  return opens === 'provisioning' ? '403 outside_scope' : null
}

const byRoute = new Map(Object.values(endpoints).map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]))
/** What a token needs there. Beside the contract none is let in but to send a file, whose kind says which scope it needs. */
function scopeAt({ method, url }: Route): TokenScope | 'any' | null {
  if (url.startsWith('/api/v1/uploads')) return 'any'
  const endpoint = byRoute.get(`${method === 'HEAD' ? 'GET' : method} ${url}`)
  return endpoint ? scopeOf(endpoint) : null
}

describe('every route', () => {
  test('R1 of the server stands in the table, and every call of the contract is served', () => {
    expect(routes.filter((route) => accessOf(route) === undefined)).toEqual([])
    const served = new Set(routes.map(({ method, url }) => `${method} ${url}`))
    expect([...table.keys()].filter((route) => !served.has(route))).toEqual([])
  })

  test('R1 names no call that is public but these', () => {
    const open = Object.entries(endpoints)
      .filter(([, { access }]) => access === 'public')
      .map(([name]) => name)
    expect(open.sort()).toEqual([
      'askForReset',
      'beginPasskeySignIn',
      'beginSetUpAtSignIn',
      'checkLink',
      'checkSetupLink',
      'finishSetUpAtSignIn',
      'finishSignIn',
      'getWelcome',
      'listTimeZones',
      'setUp',
      'signIn',
      'signInWithPasskey',
      'unsubscribe',
      'useLink',
      'verifyCertificate',
    ])
  })

  test.each(credentials.map((credential) => [credential.name, credential] as const))(
    'R1 R4 with %s is answered as its access says',
    async (_, credential) => {
      const wrong: string[] = []
      for (const route of routes) {
        const seen = await ask(route.method, filledIn(route.url), await credential.headers())
        const due = refusal(route, credential)
        // An answer to HEAD has no body, and one of SCIM no code of ours.
        const isCoded = route.method !== 'HEAD' && !isScim(route)
        const said = `${seen.status} ${isCoded ? (seen.code ?? '') : ''}`.trim()
        const expected = isCoded ? due : due?.slice(0, 3)
        const isRight = expected
          ? said === expected
          : !/^401 (not_signed_in|account_inactive)|^403 (not_allowed|not_by_token|outside_scope)|^50[^1]/.test(said) &&
            !(isScim(route) && /^40[13]/.test(said))
        if (!isRight) wrong.push(`${route.method} ${route.url}: ${said} instead of ${expected ?? 'being let in'}`)
      }
      expect(wrong).toEqual([])
    },
  )
})

describe('no other spelling', () => {
  const guarded = routes.filter((route) => accessOf(route) !== 'public')
  const encoded = (path: string) => path.replaceAll(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
  const spellings: Record<string, (path: string) => string> = {
    'as it is': (path) => path,
    '//path': (path) => `/${path}`,
    '/api//v1': (path) => path.replace('/v1', '//v1'),
    '/PATH': (path) => path.toUpperCase(),
    '/Api': (path) => path.replace('/api', '/Api'),
    'percent-encoded': encoded,
    'percent-encoded slashes': (path) => `/${path.slice(1).replaceAll('/', '%2f')}`,
    'trailing slash': (path) => `${path}/`,
    'trailing dot': (path) => `${path}/.`,
    'leading dot': (path) => `/.${path}`,
    'leading dots': (path) => `/assets/..${path}`,
    'encoded dots': (path) => `/assets/%2e%2e${path}`,
    semicolon: (path) => `${path};a=b`,
    question: (path) => `${path}?a=b`,
    NUL: (path) => `${path}%00`,
    backslash: (path) => path.replaceAll('/', '\\').replace('\\', '/'),
  }
  const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']

  test.each(Object.entries(spellings))(
    'R1 %s: never answered without a credential, by any method',
    async (_, spell) => {
      const answered: string[] = []
      for (const url of new Set(guarded.map((route) => route.url))) {
        for (const method of methods) {
          const path = spell(filledIn(url))
          const { status, type } = await ask(method, path, {})
          if (status < 400 || status >= 500) answered.push(`${method} ${path}: ${status} ${type}`)
        }
      }
      expect(answered.filter((line) => !isOpenCall(line))).toEqual([])
    },
  )

  /** The same address may be open to another method: nobody need be in to read the welcome. */
  const isOpenCall = (line: string) =>
    routes.some(
      (route) => accessOf(route) === 'public' && route.url !== '/*' && line.startsWith(`${route.method} ${route.url}:`),
    )
})
