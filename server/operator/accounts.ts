import { randomBytes, randomUUID } from 'node:crypto'
import type { Answer } from '#contract/endpoint.ts'
import type { getSeats } from '#contract/seats.ts'
import { createAccount } from '#server/accounts/set-up.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { workFor } from '#server/gate/work.ts'
import { transferOwner } from '#server/lifecycle/transfer-owner.ts'
import { standing } from '#server/seats/standing.ts'
import { endAllOf } from '#server/sign-in/my-second-step.ts'
import { endSessionsOf } from '#server/sign-in/sessions.ts'
import {
  describe,
  type Described,
  inAccount,
  Mistake,
  ofEveryAccount,
  userByEmail,
  withDatabase,
} from './installation.ts'

type Seats = Answer<typeof getSeats>

/** All accounts, with their seats. */
export const listAccounts = (): Promise<(Described & { readonly seats: Seats })[]> =>
  withDatabase((database) =>
    ofEveryAccount(database, async (work) => ({ ...(await describe(work)), seats: await standing(work) })),
  )

export interface AccountAsked {
  readonly name: string
  readonly host: string
  readonly zone: string
  readonly ownerFirstName: string
  readonly ownerLastName: string
  readonly ownerEmail: string
  readonly limit: number | null
  readonly password: string
}

/** Creates an account with its owner; its seat limit is the operator's from then on. @returns its id */
export const create = (told: AccountAsked): Promise<string> =>
  withDatabase(async (database) => {
    // An account without a host answers everywhere while it is alone; beside another it would answer nowhere.
    for (const { id, name, host } of await ofEveryAccount(database, describe))
      if (host === null)
        throw new Mistake(
          `${name} has no host yet, and would not be reached beside a second account. First: rollcall accounts set-host ${id} <host>`,
        )
    const id = randomUUID()
    await workFor(database, id, 'operator', async (work) =>
      createAccount(work, {
        accountName: told.name,
        host: told.host,
        timeZone: told.zone,
        seatLimit: told.limit,
        limitSetBy: 'operator',
        firstName: told.ownerFirstName,
        lastName: told.ownerLastName,
        email: told.ownerEmail,
        passwordHash: await hashPassword(told.password),
      }),
    )
    return id
  })

/** Sets the seat limit, which is the operator's from then on. T5: below the number in use it deactivates nobody. */
export const setLimit = (account: string, seatLimit: number | null): Promise<Seats> =>
  inAccount(account, async (work) => {
    await work.db
      .updateTable('accounts')
      .set({ seatLimit, limitSetBy: 'operator' })
      .where('id', '=', work.accountId)
      .execute()
    return standing(work)
  })

/** Sets the host name at which an account answers. Passkeys that were made at another do not work there. */
export const setHost = (account: string, host: string): Promise<Described & { readonly passkeysElsewhere: number }> =>
  inAccount(account, async (work) => {
    await work.db.updateTable('accounts').set({ host }).where('id', '=', work.accountId).execute()
    const { passkeysElsewhere } = await work.db
      .selectFrom('passkeys')
      .select((expression) => expression.fn.countAll<number>().as('passkeysElsewhere'))
      .where('accountId', '=', work.accountId)
      .where('host', '!=', host)
      .executeTakeFirstOrThrow()
    return { ...(await describe(work)), passkeysElsewhere }
  })

export const newPassword = (): string => randomBytes(15).toString('base64url')

/** Gives the owner this password without a second step or passkeys, and ends their sessions. */
export async function setOwnerPassword(account: string, password: string): Promise<Described> {
  // Before its turn: nobody of the account waits for a hash.
  const passwordHash = await hashPassword(password)
  return inAccount(account, async (work) => {
    const { id: ownerId } = await work.db
      .selectFrom('users')
      .select('id')
      .where('accountId', '=', work.accountId)
      .where('role', '=', 'owner')
      .executeTakeFirstOrThrow()
    await work.db
      .updateTable('credentials')
      .set({ passwordHash })
      .where('accountId', '=', work.accountId)
      .where('userId', '=', ownerId)
      .execute()
    await endSessionsOf(work, ownerId)
    await endAllOf(work, ownerId)
    return describe(work)
  })
}

/** S6: makes another active person the owner; the owner before becomes an administrator. */
export const transfer = (account: string, email: string): Promise<Described> =>
  inAccount(account, async (work) => {
    await transferOwner(work, await userByEmail(work, email))
    return describe(work)
  })
