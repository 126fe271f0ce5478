import { allowTime, type Database } from '#server/db/database.ts'
import { type Verified, verifyHistory } from '#server/lifecycle/seal-history.ts'
import { describe, type Described, ofEveryAccount, withDatabase } from './installation.ts'

/** Whether the history of every account is what it was when it was sealed (R49). */
export const verifyHistories = (): Promise<(Described & Verified)[]> => withDatabase(verifiedIn)

export const verifiedIn = (database: Database): Promise<(Described & Verified)[]> =>
  ofEveryAccount(database, async (work) => {
    await allowTime(work.db, 10 * 60_000)
    return { ...(await describe(work)), ...(await verifyHistory(work)) }
  })

export const brokenSentence = ({ name, seals, broken }: Described & Verified): string =>
  `${name}: BROKEN. Seal ${broken!.seal} of ${seals} does not hold: between ${broken!.since ?? 'the beginning'} and ${broken!.until} an event was added, changed or taken out.`
