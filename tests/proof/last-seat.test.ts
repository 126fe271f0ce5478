import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { runImport } from '#contract/imports.ts'
import { activateUsers, deactivateUsers, undoOperation } from '#contract/lifecycle.ts'
import { addUsers, editUser } from '#contract/people.ts'
import { changeSeats } from '#contract/seats.ts'
import { addSamlProvider } from '#contract/single-sign-on.ts'
import { useLink } from '#contract/sign-in.ts'
import { workFor } from '#server/gate/work.ts'
import { carryOnImports } from '#server/imports/piece.ts'
import { carryOnOperations } from '#server/operations/carry-on.ts'
import { mintLink } from '#server/mail/mint-link.ts'
import { isLong } from '#tests/faults/extent.ts'
import { aCrowd, anAccount, aPool, database, store } from '#tests/harness/account.ts'
import { IdentityProvider, userSchema } from '#tests/harness/identity-provider.ts'
import { checked, csv } from '#tests/harness/import.ts'
import { seeded } from '#tests/harness/random.ts'
import { SamlServer } from '#tests/harness/saml.ts'
import { aBrowser, node, otherNode, portOf } from '#tests/harness/single-sign-on.ts'
import { until } from '#tests/harness/until.ts'

const rounds = isLong ? 200 : 6
const atOnce = 50
const nodes = [node, otherNode] as const
const idp = await new SamlServer().start()
afterAll(() => idp.stop())

const log = { warn() {}, error: (error: unknown) => console.error(error) }
const someone = () => ({ firstName: 'New', lastName: 'Person', email: `${randomUUID()}@example.org` })

/** An account in which somebody comes in by every door that there is. */
async function aScene() {
  const account = await anAccount({ learners: 12 })
  const { accountId, owner, admin, host, people } = account
  const out = await aCrowd(accountId, 300, { status: 'inactive' })
  const waiting = await aCrowd(accountId, 60, { status: 'inactive', cause: 'seat_limit' })
  const scim = await IdentityProvider.of(admin)
  await sql`
    insert into scim_users (account_id, user_id, user_name) select account_id, user_id, email from profiles
    where account_id = ${accountId} and user_id = any(${out.slice(0, 100)}::uuid[])
  `.execute(store)
  const operations: string[] = []
  for (const { id } of people) {
    const { operation } = await admin.call(deactivateUsers, { users: { ids: [id] } })
    operations.push(operation.id)
  }
  const { id: providerId } = await owner.at(node).call(addSamlProvider, {
    name: 'Example',
    issuer: idp.issuer,
    entryPoint: idp.entryPoint,
    certificates: [idp.signer.certificate],
    createsPeople: true,
  })
  const start = `http://${host}/sso/saml/${providerId}/start`
  return { ...account, out, waiting, scim, operations, start }
}

test(
  `T2 R13 ${atOnce} at once by every door, on two nodes, ${rounds} times: exactly one gains the last seat`,
  async () => {
    const chance = seeded(2026)
    const scene = await aScene()
    const { accountId, owner, admin, out, waiting, scim, operations, start, seatsUsed } = scene
    // Once thousands wait, to let all of them in is a large operation.
    for (const carryOn of [carryOnImports, carryOnOperations]) {
      for (const pool of [database, aPool()]) {
        const carrying = carryOn(pool, log)
        onTestFinished(() => carrying.stop())
      }
    }

    /** What a door needs is made before the race; what it gives is called in it. */
    const doors: Record<string, () => Promise<() => Promise<unknown>>> = {
      addOne: async () => () => by().send(addUsers, { people: [someone()] }),
      addMany: async () => () => by().send(addUsers, { people: [someone(), someone(), someone()] }),
      activateOne: async () => () => by().send(activateUsers, { users: { ids: [chance.oneOf(out)] } }),
      activateFill: async () => () =>
        by().send(activateUsers, { users: { ids: [1, 2, 3].map(() => chance.oneOf(out)) }, mode: 'fill' }),
      activateMatching: async () => () =>
        by().send(activateUsers, { users: { filter: { status: ['waiting'] } }, mode: 'fill' }),
      edit: async () => () => by().send(editUser, { userId: chance.oneOf(out), version: 1, status: 'active' }),
      undo: async () => () => by().send(undoOperation, { operationId: chance.oneOf(operations), mode: 'fill' }),
      provision: async () => () =>
        scim.at(chance.oneOf(nodes)).post('/Users', {
          schemas: [userSchema],
          userName: `${randomUUID()}@example.org`,
          name: { givenName: 'New', familyName: 'Person' },
          active: true,
        }),
      provisionBack: async () => () =>
        scim
          .at(chance.oneOf(nodes))
          .patch(`/Users/${chance.oneOf(out.slice(0, 100))}`, { op: 'Replace', path: 'active', value: 'True' }),
      firstSingleSignOn: async () => {
        const browser = aBrowser()
        const asked = idp.read((await browser.go(start)).to!)
        const { email } = someone()
        const attributes = { email, firstName: 'New', lastName: 'Person' }
        const form = { SAMLResponse: idp.answer(asked, { subject: email, attributes }), RelayState: asked.relayState }
        return () => browser.at(portOf(chance.oneOf(nodes))).go(asked.acs, { form })
      },
      acceptInvitation: async () => {
        const { token } = await workFor(database, accountId, 'clock', (work) =>
          mintLink(work, chance.oneOf(waiting), 'invitation'),
        )
        return () => by().send(useLink, { token, purpose: 'invitation', newPassword: 'a password of my own' })
      },
      import: async () => {
        const { email, firstName, lastName } = someone()
        const { id } = await checked(admin, csv(['E-mail', 'First name', 'Last name'], [email, firstName, lastName]))
        return () => by().send(runImport, { importId: id })
      },
    }
    const by = () => chance.oneOf([owner, admin]).at(chance.oneOf(nodes))
    const dear = ['import', 'acceptInvitation', 'firstSingleSignOn']
    const cheap = Object.keys(doors).filter((door) => !dear.includes(door))

    for (let round = 0; round < rounds; round++) {
      const limit = (await seatsUsed()) + 1
      await owner.call(changeSeats, { limit })
      const { rows } = await sql<{ id: string }>`select new_id() as id`.execute(store)
      const names = [...dear, ...dear, ...Array.from({ length: atOnce - 2 * dear.length }, () => chance.oneOf(cheap))]
      const ready = []
      for (const name of names) ready.push(await doors[name]!())
      await Promise.all(ready.map((enter) => enter()))
      const running = () =>
        sql`select from operations where account_id = ${accountId} and state = 'running'`.execute(store)
      await until('all that was put in line is over', async () => (await running()).rows.length === 0, 30_000)

      expect(await seatsUsed()).toBe(limit)
      const gained = await sql<{ n: number }>`
      select count(*) as n from lifecycle_events where account_id = ${accountId} and id > ${rows[0]!.id}::uuid
        and to_status = 'active' and from_status is distinct from 'active'
    `.execute(store)
      expect(gained.rows[0]!.n).toBe(1)
    }
    // Each door was one: somebody came by it, in or waiting.
    const { rows: came } = await sql<{ people: number }>`
      select (select count(*) from identities where account_id = ${accountId}) as people
      union all select count(*) - 100 from scim_users where account_id = ${accountId}
      union all select sum(changed) from operations where account_id = ${accountId} and kind = 'import'
    `.execute(store)
    expect(came.every(({ people }) => people > 0)).toBe(true)
  },
  isLong ? 1_800_000 : 120_000,
)
