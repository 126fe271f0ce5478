import { sql } from 'kysely'
import type { addCustomField, CustomField, deleteCustomField, listCustomFields } from '#contract/accounts.ts'
import type { Answer, Input } from '#contract/endpoint.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/** The fields that this account has beside those of everybody. */
export async function customFields({ db, accountId }: Work): Promise<Answer<typeof listCustomFields>> {
  const { rows } = await sql<CustomField>`
    select id, key, label, kind, choices from custom_fields where account_id = ${accountId} order by label, id
  `.execute(db)
  return { items: rows }
}

/**
 * Adds a field. The key that values are kept under is made of the label once, and stays.
 *
 * @throws Problem `name_taken`, `invalid_input`
 */
export async function add(
  { db, accountId }: Work,
  { label, kind, choices }: Input<typeof addCustomField>,
): Promise<CustomField> {
  const key = keyOf(label)
  const where = [
    key === '' && { at: 'label', message: 'Use at least one letter or digit.' },
    kind === 'choice' && choices.length === 0 && { at: 'choices', message: 'Give at least one choice.' },
    kind !== 'choice' && choices.length > 0 && { at: 'choices', message: 'Only a field of choices has choices.' },
    new Set(choices).size < choices.length && { at: 'choices', message: 'Each choice once.' },
  ].filter((issue) => issue !== false)
  if (where.length > 0) throw new Problem('invalid_input', { where })

  const { rows } = await sql<CustomField>`
    insert into custom_fields (account_id, key, label, kind, choices) values (${accountId}, ${key}, ${label}, ${kind}, ${choices}::text[])
    returning id, key, label, kind, choices
  `.execute(db)
  return rows[0]!
}

/** `Cost centre (old)` is kept as `cost_centre_old`. Letters of every script count. */
function keyOf(label: string): string {
  const words = label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
  return /^.{0,60}/u.exec(words)![0].replace(/^_+|_+$/g, '')
}

/** Deletes a field with what people have in it. @throws Problem `not_found` */
export async function remove({ db, accountId }: Work, { fieldId }: Input<typeof deleteCustomField>) {
  await allowTime(db, 60_000)
  const field = await db
    .deleteFrom('customFields')
    .where('accountId', '=', accountId)
    .where('id', '=', fieldId)
    .returning('key')
    .executeTakeFirst()
  if (!field) throw new Problem('not_found')
  await sql`update profiles set custom = custom - ${field.key} where account_id = ${accountId} and custom ? ${field.key}`.execute(
    db,
  )
  return { done: true } as const
}
