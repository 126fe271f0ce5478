import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { setUp as endpoint } from '#contract/accounts.ts'
import type { Input } from '#contract/endpoint.ts'
import { allowTime } from '#server/db/database.ts'
import { hashOf } from '#server/gate/credential.ts'
import type { Storage } from '#server/files/storage.ts'
import type { Visit } from '#server/gate/gate.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { type Work, workFor } from '#server/gate/work.ts'
import { addOwner } from '#server/lifecycle/add.ts'
import { Problem } from '#server/problem.ts'
import { openSession } from '#server/sign-in/sign-in.ts'
import { addSamples } from './samples.ts'
import { checkLink } from './setup-link.ts'
import { refuseUnwritable } from './time-zones.ts'

/**
 * Sets up the first account, and signs its owner in. Of two who hold a link at once, one succeeds.
 *
 * @throws Problem `setup_closed`, `unknown_time_zone`
 */
export async function setUp(
  visit: Visit,
  storage: Storage,
  { token, addSamples: wantsSamples, ...told }: Input<typeof endpoint>,
) {
  // A hash is dear: nobody without a link gets one.
  await checkLink(visit, { token })
  const passwordHash = await hashPassword(told.password)
  await workFor(visit.database, randomUUID(), 'operator', async (work) => {
    await allowTime(work.db, 60_000)
    const { rows } = await sql<{ isMine: boolean }>`select use_setup_link(${hashOf(token)}) as is_mine`.execute(work.db)
    if (!rows[0]!.isMine) throw new Problem('setup_closed')
    const ownerId = await createAccount(work, { ...told, passwordHash, host: null, limitSetBy: 'owner' })
    await openSession(work, ownerId, visit)
    if (wantsSamples) await addSamples(work, ownerId, storage)
  })
  return { done: true } as const
}

export interface NewAccount {
  readonly accountName: string
  readonly host: string | null
  readonly timeZone: string
  readonly seatLimit: number | null
  readonly limitSetBy: 'owner' | 'operator'
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly passwordHash: string
}

/** Creates the account that this work was opened for, with its owner. @returns the owner's id @throws Problem `unknown_time_zone` */
export async function createAccount(work: Work, told: NewAccount): Promise<string> {
  const { accountName: name, host, timeZone, seatLimit, limitSetBy } = told
  refuseUnwritable(timeZone)
  await work.db
    .insertInto('accounts')
    .values({ id: work.accountId, name, host, timeZone, seatLimit, limitSetBy })
    .execute()
  const { firstName, lastName, email, passwordHash } = told
  return addOwner(work, { firstName, lastName, email, passwordHash })
}
