import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { shownOnce } from '#contract/endpoint.ts'
import { Problem } from '#server/problem.ts'
import type { Work } from './work.ts'

/**
 * Does a task once for a key (R26). The key is taken first, in the transaction of the task: of two requests at once
 * the second waits, and is answered what the first was. A refused task leaves the key free; a refusal that is returned
 * keeps what the task wrote, as without a key: a counted guess stays counted. An answer with a secret that is shown once
 * is not kept (R39).
 *
 * @throws Problem `key_used_otherwise` when the key stands for another request; `shown_once`
 */
export async function once<T>(work: Work, key: string, asked: unknown, task: () => Promise<T>): Promise<T> {
  const { db, accountId, actor } = work
  if (!actor.id) return task()
  const requestHash = createHash('sha256').update(withoutPasswords(asked)).digest()
  const mine = { accountId, userId: actor.id, key }

  const taken = await db
    .insertInto('idempotencyKeys')
    .values({ ...mine, requestHash, answer: sql`'null'` })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()

  const where = sql<boolean>`account_id = ${accountId} and user_id = ${actor.id} and key = ${key}`
  if (!taken) {
    const before = await db
      .selectFrom('idempotencyKeys')
      .select(['requestHash', 'answer'])
      .where(where)
      .executeTakeFirstOrThrow()
    if (!before.requestHash.equals(requestHash)) throw new Problem('key_used_otherwise')
    if (before.answer === null) throw new Problem('shown_once')
    return before.answer as T
  }
  const answer = await task()
  if (answer instanceof Problem) {
    await db.deleteFrom('idempotencyKeys').where(where).execute()
    return answer
  }
  await db
    .updateTable('idempotencyKeys')
    .set({ answer: JSON.stringify(tellsSecret(answer) ? null : answer) })
    .where(where)
    .execute()
  return answer
}

const tellsSecret = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && shownOnce.some((name) => name in answer)

/** A quick hash of a password is as good as the password to whoever reads the table. */
const withoutPasswords = (asked: unknown): string =>
  JSON.stringify(asked, (name, value: unknown) => (/password/i.test(name) ? undefined : value))
