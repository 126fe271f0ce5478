import { sql } from 'kysely'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { deleteUser } from '#contract/people.ts'
import type { Role } from '#contract/roles.ts'
import { hashOf } from '#server/gate/credential.ts'
import { anAccount, aPerson, aSession, aToken, letDatePass, store, type Person } from '#tests/harness/account.ts'

export type Headers = Record<string, string>

/** What it is for: the API as a browser or as a program, or provisioning alone (R39). */
export type Opens = 'everything' | 'api' | 'provisioning'

/** A kind of artefact that lets somebody in. A new kind is one more entry here, and the whole matrix knows it. */
interface Kind {
  readonly name: string
  /** What does not exist, is no such thing, or is nothing. */
  readonly garbage: readonly Headers[]
  /** It works again when its person is back (S5). */
  readonly revives: boolean
  readonly opens: Opens
  mint(accountId: string, userId: string): Promise<Headers>
  expire(headers: Headers): Promise<void>
}

const tokenIn = ({ cookie }: Headers) => cookie!.slice('session='.length)

const sessionCookie: Kind = {
  name: 'session cookie',
  revives: false,
  opens: 'everything',
  garbage: [
    { cookie: `session=${'a'.repeat(43)}` },
    { cookie: 'session=' },
    { cookie: 'session=null' },
    { cookie: `session=${'x'.repeat(3000)}` },
    { cookie: 'session="\'; drop table sessions; --"' },
    { cookie: 'session=%00' },
    { authorization: 'Bearer ' },
    { authorization: 'Basic b3duZXI6b3duZXI=' },
  ],
  mint: async (accountId, userId) => ({ cookie: `session=${await aSession(accountId, userId)}` }),
  expire: async (headers) => {
    await store
      .updateTable('sessions')
      .set({ expiresAt: sql<string>`statement_timestamp()` })
      .where('tokenHash', '=', hashOf(tokenIn(headers)))
      .execute()
  },
}

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` })

const apiToken: Kind = {
  name: 'API token',
  revives: true,
  opens: 'api',
  garbage: [
    bearer(`rollcall_${'a'.repeat(43)}`),
    bearer('rollcall_'),
    bearer('null'),
    bearer('x'.repeat(3000)),
    bearer("'; drop table api_tokens; --"),
    { authorization: 'Bearer' },
    { authorization: 'bearer' },
    { authorization: `Token rollcall_${'a'.repeat(43)}` },
  ],
  mint: async (accountId, userId) => bearer(await aToken(accountId, userId)),
  expire: async ({ authorization }) => {
    await store
      .updateTable('apiTokens')
      .set({ expiresAt: sql<string>`statement_timestamp()` })
      .where('tokenHash', '=', hashOf(authorization!.slice('Bearer '.length)))
      .execute()
  },
}

const provisioningToken: Kind = {
  ...apiToken,
  name: 'provisioning token',
  opens: 'provisioning',
  // What is no token is none of this kind either.
  garbage: [],
  mint: async (accountId, userId) =>
    bearer(await aToken(accountId, userId, { scopes: ['provisioning'], kind: 'account' })),
}

const kinds: readonly Kind[] = [sessionCookie, apiToken, provisioningToken]

/** Who stands behind a credential, as the gate has to see it. */
export type Standing = 'not_signed_in' | 'account_inactive' | Role

export interface Credential {
  readonly name: string
  readonly standing: Standing
  readonly opens: Opens
  /** What is sent. One who is let in gets a new one each time, since some calls use it up. */
  headers(): Promise<Headers>
}

/** An account with somebody in every state that there is, and what each of them would show at its door. */
export async function everyCredential(): Promise<{ host: string; credentials: Credential[] }> {
  const { accountId, host, owner, admin } = await anAccount({ learners: 0 })
  const elsewhere = await anAccount({ learners: 0 })
  const head = await aPerson(accountId, 'department_administrator')
  const author = await aPerson(accountId, 'author')
  const learner = await aPerson(accountId, 'learner')

  const credentials: Credential[] = [
    { name: 'none', standing: 'not_signed_in', opens: 'everything', headers: async () => ({}) },
  ]
  for (const kind of kinds) {
    const of = (who: string) => `${kind.name}: ${who}`
    const always = (who: string, standing: Standing, headers: Headers) =>
      credentials.push({ name: of(who), standing, opens: kind.opens, headers: async () => headers })
    const anew = (who: string, standing: Standing, person: Person, accountId: string) =>
      credentials.push({
        name: of(who),
        standing,
        opens: kind.opens,
        headers: () => kind.mint(accountId, person.id),
      })
    const someone = async (): Promise<[Person, Headers]> => {
      const person = await aPerson(accountId, 'administrator')
      return [person, await kind.mint(accountId, person.id)]
    }
    kind.garbage.forEach((headers, place) => always(`garbage ${place + 1}`, 'not_signed_in', headers))

    const [inactive, ofInactive] = await someone()
    await owner.call(deactivateUsers, { users: { ids: [inactive.id] } })
    always('inactive', 'account_inactive', ofInactive)

    const [returned, ofReturned] = await someone()
    await owner.call(deactivateUsers, { users: { ids: [returned.id] } })
    await owner.call(activateUsers, { users: { ids: [returned.id] } })
    always('from before a reactivation', kind.revives ? 'administrator' : 'not_signed_in', ofReturned)

    const [deleted, ofDeleted] = await someone()
    await owner.call(deleteUser, { userId: deleted.id })
    always('of a deleted person', 'not_signed_in', ofDeleted)

    const [, ofExpired] = await someone()
    await kind.expire(ofExpired)
    always('expired', 'not_signed_in', ofExpired)

    // The last to be made: whatever changes who is in records who is due.
    const [due, ofDue] = await someone()
    await letDatePass(due)
    always('past its date, not yet recorded', 'account_inactive', ofDue)

    anew("another account's owner", 'not_signed_in', elsewhere.owner, elsewhere.accountId)
    anew('learner', 'learner', learner, accountId)
    anew('author', 'author', author, accountId)
    anew('department administrator', 'department_administrator', head, accountId)
    anew('administrator', 'administrator', admin, accountId)
    anew('owner', 'owner', owner, accountId)
  }
  // R11: nothing is taken for something else.
  const shown = (who: string, headers: Headers) =>
    credentials.push({ name: who, standing: 'not_signed_in', opens: 'everything', headers: async () => headers })
  shown('a session shown as an API token', bearer(await aSession(accountId, admin.id)))
  shown('an API token shown as a session', { cookie: `session=${await aToken(accountId, admin.id)}` })
  shown('a broken API token beside a good session', { ...bearer('rollcall_'), cookie: `session=${admin.token!}` })
  return { host, credentials }
}
