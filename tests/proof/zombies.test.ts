import type { AddressInfo } from 'node:net'
import { request } from 'node:http'
import { Secret, TOTP } from 'otpauth'
import { afterAll, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { beginPasskeySignIn, signInWithPasskey } from '#contract/passkeys.ts'
import { openModule } from '#contract/portal.ts'
import { confirmAuthenticator, finishSignIn, startAuthenticator } from '#contract/second-step.ts'
import { getMe, type PendingStep, signIn, useLink } from '#contract/sign-in.ts'
import { addOidcProvider, addSamlProvider } from '#contract/single-sign-on.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { workFor } from '#server/gate/work.ts'
import { mintLink, type Purpose } from '#server/mail/mint-link.ts'
import { anAccount, aSession, aToken, content, database, Person, store } from '#tests/harness/account.ts'
import { Authenticator } from '#tests/harness/authenticator.ts'
import { courseIn } from '#tests/harness/course.ts'
import { IdentityProvider } from '#tests/harness/identity-provider.ts'
import { OidcServer } from '#tests/harness/oidc.ts'
import { aPackage } from '#tests/harness/packages.ts'
import { SamlServer } from '#tests/harness/saml.ts'
import { sendRaw } from '#tests/harness/send.ts'
import { aBrowser, connected, node } from '#tests/harness/single-sign-on.ts'
import { until } from '#tests/harness/until.ts'
import { upload } from '#tests/harness/upload.ts'

const password = 'correct horse battery staple'
const hash = await hashPassword(password)
const [oidc, saml] = await Promise.all([new OidcServer().start(), new SamlServer().start()])
afterAll(() => {
  oidc.stop()
  saml.stop()
})

type Scene = Awaited<ReturnType<typeof aScene>>
async function aScene() {
  const account = await anAccount({ learners: 0 })
  const { accountId, admin: person } = account
  await store.updateTable('credentials').set({ passwordHash: hash }).where('userId', '=', person.id).execute()
  const nobody = new Person({ id: person.id, email: person.email, host: person.host })
  return { ...account, accountId, person, nobody }
}

/** Somebody uses it. @returns the status of the answer */
type Use = () => Promise<number>

const bearing =
  ({ nobody }: Scene, token: string): Use =>
  async () =>
    (await nobody.send(getMe, {}, { authorization: `Bearer ${token}` })).status
const cookie =
  ({ nobody }: Scene, token: string): Use =>
  async () =>
    (await nobody.with(token).send(getMe, {})).status

async function byLink({ accountId, person, nobody }: Scene, purpose: Purpose): Promise<Use> {
  const { token } = await workFor(database, accountId, 'clock', (work) => mintLink(work, person.id, purpose))
  const told = { token, purpose: purpose as 'invitation', newPassword: 'a password of my own' }
  return async () => (await nobody.send(useLink, told)).status
}

/** Whatever lets somebody in, made while its person was in. */
const kinds: Record<string, { revives: boolean; mint: (scene: Scene) => Promise<Use> }> = {
  'a session': {
    revives: false,
    mint: async (scene) => cookie(scene, await aSession(scene.accountId, scene.person.id)),
  },
  'a personal token': {
    revives: true,
    mint: async (scene) => bearing(scene, await aToken(scene.accountId, scene.person.id)),
  },
  'a token of the account made by them': {
    revives: true,
    mint: async (scene) => bearing(scene, await aToken(scene.accountId, scene.person.id, { kind: 'account' })),
  },
  'a token for provisioning made by them': {
    revives: true,
    mint: async ({ person }) => {
      const provider = await IdentityProvider.of(person)
      return async () => (await provider.get('/Users')).status
    },
  },
  'a link to set the password': { revives: false, mint: (scene) => byLink(scene, 'password_reset') },
  'an invitation': { revives: false, mint: (scene) => byLink(scene, 'invitation') },
  'a session by OpenID Connect': {
    revives: false,
    mint: async (scene) => {
      const provider = { name: 'Example', issuer: oidc.issuer, clientId: 'rollcall', clientSecret: oidc.secret }
      const { id } = await scene.owner.at(node).call(addOidcProvider, provider)
      Object.assign(oidc, { person: { sub: await connected(id, scene.person) } })
      const browser = aBrowser()
      await browser.follow(
        `http://${scene.host}/sso/oidc/${id}/start?next=/home`,
        ({ pathname }) => pathname === '/home',
      )
      return cookie(scene, browser.cookie(scene.host, 'session')!)
    },
  },
  'a session by SAML': {
    revives: false,
    mint: async (scene) => {
      const { issuer, entryPoint, signer } = saml
      const provider = { name: 'Example', issuer, entryPoint, certificates: [signer.certificate] }
      const { id } = await scene.owner.at(node).call(addSamlProvider, provider)
      const browser = aBrowser()
      const asked = saml.read((await browser.go(`http://${scene.host}/sso/saml/${id}/start`)).to!)
      const subject = await connected(id, scene.person)
      await browser.go(asked.acs, {
        form: { SAMLResponse: saml.answer(asked, { subject }), RelayState: asked.relayState },
      })
      return cookie(scene, browser.cookie(scene.host, 'session')!)
    },
  },
  'a sign-in that waits for its one-time code': {
    revives: false,
    mint: async ({ person, nobody }) => {
      const { secret } = await person.call(startAuthenticator, { currentPassword: password })
      const code = (periods: number) =>
        new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + periods * 30_000 })
      await person.call(confirmAuthenticator, { code: code(-1) })
      const { step } = (await nobody.call(signIn, { email: person.email, password })) as PendingStep
      return async () => (await nobody.send(finishSignIn, { step, code: code(0) })).status
    },
  },
  'a passkey': {
    revives: true,
    mint: async ({ person, nobody }) => {
      const phone = await Authenticator.of(person, password)
      return async () => {
        const { status } = await phone.enter(nobody)
        // H1: whoever is out and was refused stands in the history.
        if (status === 401) expect((await person.events()).at(-1)).toMatchObject({ change: 'sign_in_refused' })
        return status
      }
    },
  },
  'a sign-in with a passkey that was begun': {
    revives: false,
    mint: async ({ person, nobody }) => {
      const phone = await Authenticator.of(person, password)
      const begun = [await nobody.call(beginPasskeySignIn, {}), await nobody.call(beginPasskeySignIn, {})]
      return async () => {
        const credential = phone.show(begun.pop()!)
        return (await nobody.send(signInWithPasskey, { credential })).status
      }
    },
  },
  'a session by a passkey': {
    revives: false,
    mint: async (scene) => {
      const reply = await (await Authenticator.of(scene.person, password)).enter(scene.nobody)
      return cookie(scene, /session=([^;]+)/.exec(String(reply.headers['set-cookie']))![1]!)
    },
  },
  'an open page': {
    revives: false,
    mint: async ({ accountId, person, nobody }) => {
      const token = await aSession(accountId, person.id)
      let isOpen = false
      const { port } = node.server.address() as AddressInfo
      const headers = { host: nobody.host, cookie: `session=${token}` }
      request({ host: '127.0.0.1', port, path: '/api/v1/live', headers }, (response) => {
        isOpen = true
        response.on('close', () => (isOpen = false)).resume()
      }).end()
      await until('the page is open', () => isOpen)
      return async () => {
        await until('it has ended', () => !isOpen, 2_000).catch(() => {})
        return isOpen ? 200 : 401
      }
    },
  },
  'the address of a file of a course': {
    revives: false,
    mint: async ({ accountId, owner, person }) => {
      const { id: fileId } = await upload(owner, 'package', await aPackage({ files: [] }))
      const { modules } = await courseIn(accountId, person, [{ kind: 'scorm', fileId }])
      const { playing } = await person.call(openModule, { moduleId: modules[0]!, preview: false })
      const { port, pathname } = new URL((playing as { playerUrl: string }).playerUrl)
      expect(port).toBe(String((content.server.address() as AddressInfo).port))
      return async () => (await sendRaw(Number(port), 'GET', pathname, { host: '127.0.0.1' })).status
    },
  },
}

test.each(Object.entries(kinds))('S2 R4 R5 %s lets nobody in whose access has ended', async (_, { revives, mint }) => {
  const scene = await aScene()
  const { owner, person, nobody } = scene
  const use = await mint(scene)
  await owner.call(deactivateUsers, { users: { ids: [person.id] } })
  expect([401, 410]).toContain(await use())
  await owner.call(activateUsers, { users: { ids: [person.id] } })
  expect(revives ? [200] : [401, 410]).toContain(await use())
  // S5: back in by the front door.
  expect((await nobody.send(signIn, { email: person.email, password })).status).toBe(200)
})
