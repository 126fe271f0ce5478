import { sql } from 'kysely'
import { clocksAgree, clocksApart } from '#server/db/clocks.ts'
import { allowTime, type Database } from '#server/db/database.ts'
import { takeTurn, type Work, workFor } from '#server/gate/work.ts'
import { fillFromWaiting } from '#server/lifecycle/activate.ts'
import { moveDates } from '#server/lifecycle/move-dates.ts'
import { sealHistory } from '#server/lifecycle/seal-history.ts'
import { settleDue } from '#server/lifecycle/settle.ts'
import { remind } from '#server/mail/remind.ts'
import { foldLearning } from '#server/enrollments/fold-learning.ts'
import { settleAssignments } from '#server/enrollments/settle-assignments.ts'
import { pruneImports } from '#server/imports/run.ts'
import { pruneCalls } from '#server/provisioning/calls.ts'
import { pruneToLink } from '#server/provisioning/link.ts'
import { recountSeats } from '#server/seats/seats.ts'
import { prune } from '#server/sign-in/prune.ts'
import { type Log, onceAMinute, repeat, type Repeating } from './repeat.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs
const dayMs = 24 * 60 * minuteMs

/**
 * What is done when time passes. It only records what is already true: with this stopped nobody gets in whose date
 * has passed (S1). Every node does it, in turn with the others, so that it happens once (R23).
 */
export function startClock(database: Database, log: Log, alsoDaily: () => Promise<void> = async () => {}): Repeating {
  let movedAtMs = 0
  let remindedAtMs = 0
  const complain = onceAMinute((sentence) => log.warn(sentence))

  async function tick(): Promise<false> {
    if (!(await clocksAgree({ db: database }))) {
      complain(clocksApart)
      return false
    }
    // The database's time zone data change when it is upgraded; whoever starts or runs for days looks again (D5).
    if (Date.now() - movedAtMs > dayMs) {
      await inEach(database, 'every_account', async (work) => {
        await moveDates(work)
        const missed = await recountSeats(work)
        if (missed !== 0)
          log.warn(`Seats used had been counted wrong by ${missed} in account ${work.accountId}: they are right again.`)
        await prune(work)
        await pruneImports(work)
        await pruneToLink(work)
      })
      await alsoDaily()
      movedAtMs = Date.now()
    }
    if (Date.now() - remindedAtMs > minuteMs) {
      await inEach(database, 'every_account', async (work) => {
        await remind(work)
        await sealHistory(work)
        await foldLearning(work)
        await pruneCalls(work)
      })
      await inEach(database, 'every_account', settleAssignments, { inTurn: false })
      remindedAtMs = Date.now()
    }
    await inEach(database, 'accounts_to_settle', async (work) => {
      await settleDue(work)
      await fillFromWaiting(work)
    })
    return false
  }

  return repeat(tick, { everyMs: secondMs, waits: 'The database does not answer: what is due is recorded later.', log })
}

async function inEach(
  database: Database,
  which: 'every_account' | 'accounts_to_settle',
  task: (work: Work) => Promise<unknown>,
  { inTurn } = { inTurn: true },
): Promise<void> {
  const { rows } = await sql<{ id: string }>`select id from ${sql.ref(which)}() as id`.execute(database)
  for (const { id } of rows) {
    await workFor(database, id, 'clock', async (work) => {
      // A hundred thousand may be due at the same minute.
      await allowTime(work.db, 15 * 60_000)
      if (inTurn) await takeTurn(work)
      // Asked here as well: a clock may be set between the look and the turn.
      if (await clocksAgree(work)) await task(work)
    })
  }
}
