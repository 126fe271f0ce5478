import type { Answer, Input } from '#contract/endpoint.ts'
import type { connectIdentity } from '#contract/single-sign-on.ts'
import { newToken } from '#server/gate/credential.ts'
import type { Said, Sent } from '#server/gate/exchange.ts'
import type { Steps, Visit } from '#server/gate/gate.ts'
import { type Work, workFor } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { countFlow } from '#server/sign-in/attempts.ts'
import { accountAt } from '#server/sign-in/sign-in.ts'
import { type Allowance, saidBy } from './ask-provider.ts'
import { endAsTold, readLogout } from './back-channel-logout.ts'
import { connectMine } from './connect.ts'
import { enter } from './enter.ts'
import { beginFlow, type Flow, samePlace, takeFlow, type Way } from './flow.ts'
import { beginOidc, finishOidc, isRefusal } from './oidc.ts'
import { type Identity, note, type Provider, providerOf } from './provider.ts'
import { beginSaml, finishSaml, metadataOf } from './saml.ts'

type Handler = (visit: Visit, sent: Sent) => Promise<Said>

/** A refusal is a page that says what happened and the way out. */
const toldOnPage =
  (handler: Handler): Handler =>
  async (visit, sent) => {
    try {
      return await handler(visit, sent)
    } catch (error) {
      if (error instanceof Problem) return { to: `/no-access?why=${error.code}` }
      throw error
    }
  }

/** @throws Problem `no_account_here` */
async function accountOf({ database, host }: Visit): Promise<string> {
  const accountId = await accountAt(database, host)
  if (!accountId) throw new Problem('no_account_here')
  return accountId
}

const workIn =
  ({ database }: Visit, accountId: string) =>
  <T>(task: (work: Work) => Promise<T>): Promise<T> =>
    workFor(database, accountId, 'clock', task)

/** Sends a browser to the provider to sign in there. */
export const setOut = (kind: Provider['kind'], allowed: Allowance): Handler =>
  toldOnPage(async (visit, { params, url }) => {
    const accountId = await accountOf(visit)
    const provider = await workIn(visit, accountId)((work) => providerOf(work, params['providerId'], kind))
    const next = samePlace(url.searchParams.get('next'), visit.origin)
    return { to: await begin(visit, allowed, { accountId, provider, flow: { sessionId: null, next } }) }
  })

/** The same for somebody who is signed in and connects an identity. @throws Problem `not_found`, `provider_failed`, `too_many_attempts` */
export const connectFrom =
  (allowed: Allowance) =>
  async (
    { entered: { accountId, sessionId }, step }: Steps,
    { providerId }: Input<typeof connectIdentity>,
    visit: Visit,
  ): Promise<Answer<typeof connectIdentity>> => {
    const provider = await step((work) => providerOf(work, providerId))
    return { url: await begin(visit, allowed, { accountId, provider, flow: { sessionId, next: '/me' } }) }
  }

async function begin(
  visit: Visit,
  allowed: Allowance,
  { accountId, provider, flow }: { accountId: string; provider: Provider; flow: Flow },
): Promise<string> {
  const within = workIn(visit, accountId)
  const refused = await within((work) => countFlow(work, visit.address))
  if (refused) throw refused
  const way = { state: newToken(), browser: visit.beginFlow() }
  const coming = { origin: visit.origin, way, allowed }
  const url = await told(within, provider, () =>
    provider.kind === 'oidc' ? beginOidc(provider, coming) : beginSaml(provider, coming),
  )
  await within((work) => beginFlow(work, way, { ...flow, providerId: provider.id }))
  return url
}

/** Takes a browser back from the provider: into a session, or to the page that says why not. */
export const comeBack = (kind: Provider['kind'], allowed: Allowance): Handler =>
  toldOnPage(async (visit, sent) => {
    const accountId = await accountOf(visit)
    const within = workIn(visit, accountId)
    const provider = await within((work) => providerOf(work, sent.params['providerId'], kind))
    const state = kind === 'oidc' ? sent.url.searchParams.get('state') : sent.form.get('RelayState')
    const way = { state: state ?? '', browser: visit.flow ?? '' }
    const flow = await within((work) => takeFlow(work, way, provider.id))
    if (!flow) throw new Problem('sign_in_over')
    const identity = await told(within, provider, () => identityFrom(provider, { visit, sent, way, allowed }))
    if (flow.sessionId === null) await enter({ provider, identity, visit }, accountId)
    else await connected(within, flow.sessionId, { provider, identity })
    return { to: flow.next }
  })

type Within = ReturnType<typeof workIn>

function identityFrom(
  provider: Provider,
  { visit: { origin }, sent, way, allowed }: { visit: Visit; sent: Sent; way: Way; allowed: Allowance },
): Promise<Identity> {
  return provider.kind === 'oidc'
    ? finishOidc(provider, { origin, way, allowed, came: sent.url })
    : finishSaml(provider, { origin, way, answer: sent.form.get('SAMLResponse') ?? '' })
}

/** What is wrong with a provider is told whoever looks after it, and not the one who only wants to get in. */
async function told<T>(within: Within, provider: Provider, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const outcome = isRefusal(error) ? 'provider_refused' : 'provider_failed'
    await within((work) => note(work, { providerId: provider.id, userId: null, outcome, said: saidBy(error) }))
    throw new Problem(outcome)
  }
}

async function connected(
  within: Within,
  sessionId: string,
  found: { provider: Provider; identity: Identity },
): Promise<void> {
  try {
    await within((work) => connectMine(work, sessionId, found))
  } catch (error) {
    if (error instanceof Problem)
      await within((work) => note(work, { providerId: found.provider.id, userId: null, outcome: error.code }))
    throw error
  }
}

/** Ends the sessions that a provider says. What it answers, the provider reads. */
export const backChannelLogout =
  (allowed: Allowance): Handler =>
  async (visit, { params, form }) => {
    const answer = (status: number, error?: string): Said => ({
      status,
      mediaType: 'application/json',
      body: JSON.stringify(error === undefined ? {} : { error: 'invalid_request', error_description: error }),
    })
    const accountId = await accountOf(visit)
    const within = workIn(visit, accountId)
    const provider = await within((work) => providerOf(work, params['providerId'], 'oidc'))
    const logout = await readLogout(provider, form.get('logout_token') ?? '', allowed).catch((error: unknown) => {
      return saidBy(error)
    })
    if (typeof logout === 'string') return answer(400, logout)
    return (await within((work) => endAsTold(work, provider, logout)))
      ? answer(200)
      : answer(400, 'This logout token was used before.')
  }

/** Who we are to a SAML provider. */
export const metadata: Handler = async (visit, { params }) => {
  const accountId = await accountOf(visit)
  const provider = await workIn(visit, accountId)((work) => providerOf(work, params['providerId'], 'saml'))
  return { status: 200, mediaType: 'application/samlmetadata+xml', body: metadataOf(provider, visit.origin) }
}
