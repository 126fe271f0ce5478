import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { shownOnce } from '#contract/endpoint.ts'
import { Problem } from '#server/problem.ts'
import type { Work } from './work.ts'

const idempotencyKey = /^[\x21-\x7e]{1,200}$/

/** @throws Problem `invalid_input` */
export function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined || (typeof key === 'string' && idempotencyKey.test(key))) return key
  throw new Problem('invalid_input', {
    where: [{ at: 'Idempotency-Key', message: 'Send 1 to 200 printable ASCII characters.' }],
  })
}

/**
 * Does a task once for a key (R26). The key is taken first, in the transaction of the task: of two requests at once
 * the second waits, and is answered what the first was. A refused task leaves the key free; a refusal that is returned
 * keeps what the task wrote, as without a key: a counted guess stays counted. An answer with a secret that is shown once
 * is not kept (R39).
 *
 * @throws Problem `key_used_otherwise` when the key stands for another request; `shown_once`
 */
export async function once<T>(work: Work, key: string, asked: unknown, task: () => Promise<T>): Promise<T> {
  if (!(await take(work, key, asked, null))) return (await answeredBefore(work, key, asked))!.answer as T
  const answer = await task()
  const { db } = work
  if (answer instanceof Problem) {
    await db.deleteFrom('idempotencyKeys').where(its(work, key)).execute()
    return answer
  }
  await db
    .updateTable('idempotencyKeys')
    .set({ answer: asKept(answer) })
    .where(its(work, key))
    .execute()
  return answer
}

/**
 * What was answered to this key before. Undefined: nothing.
 *
 * @throws Problem `key_used_otherwise`, `shown_once`
 */
export async function answeredBefore(
  work: Work,
  key: string,
  asked: unknown,
): Promise<{ answer: unknown } | undefined> {
  const before = await work.db
    .selectFrom('idempotencyKeys')
    .select(['requestHash', 'answer'])
    .where(its(work, key))
    .executeTakeFirst()
  if (!before) return undefined
  if (!before.requestHash.equals(hashOf(asked))) throw new Problem('key_used_otherwise')
  if (before.answer === null) throw new Problem('shown_once')
  return { answer: before.answer }
}

/** Takes the key with an answer, if nobody has it. @returns whether it was free */
export async function take(work: Work, key: string, asked: unknown, answer: unknown): Promise<boolean> {
  const { db, accountId, actor } = work
  const taken = await db
    .insertInto('idempotencyKeys')
    .values({ accountId, userId: actor.id!, key, requestHash: hashOf(asked), answer: asKept(answer) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  return taken !== undefined
}

const its = ({ accountId, actor }: Work, key: string) =>
  sql<boolean>`account_id = ${accountId} and user_id = ${actor.id} and key = ${key}`
const hashOf = (asked: unknown): Buffer => createHash('sha256').update(withoutPasswords(asked)).digest()
const asKept = (answer: unknown): string => JSON.stringify(tellsSecret(answer) ? null : answer)

const tellsSecret = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && shownOnce.some((name) => name in answer)

/** A quick hash of a password is as good as the password to whoever reads the table. */
const withoutPasswords = (asked: unknown): string =>
  JSON.stringify(asked, (name, value: unknown) => (/password/i.test(name) ? undefined : value))
