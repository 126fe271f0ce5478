import { sql } from 'kysely'
import type { addCustomField, CustomField, deleteCustomField, listCustomFields } from '#contract/accounts.ts'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

export async function customFields({ db, accountId }: Work): Promise<Answer<typeof listCustomFields>> {
  const { rows } = await sql<CustomField>`
    select id, key, label, kind, choices from custom_fields where account_id = ${accountId} order by label
  `.execute(db)
  return { items: rows }
}

/** The key that values are kept under is made of the label once, and stays. @throws Problem `name_taken` */
export async function add(
  { db, accountId }: Work,
  { label, kind, choices }: Input<typeof addCustomField>,
): Promise<CustomField> {
  const { rows } = await sql<CustomField>`
    insert into custom_fields (account_id, key, label, kind, choices)
    values (${accountId}, left(coalesce(nullif(trim(both '_' from regexp_replace(folded(${label}), '[^a-z0-9]+', '_', 'g')), ''), 'field'), 60),
      ${label}, ${kind}, ${choices}::text[])
    returning id, key, label, kind, choices
  `.execute(db)
  return rows[0]!
}

/** Deletes a field with what people have in it. @throws Problem `not_found` */
export async function remove({ db, accountId }: Work, { fieldId }: Input<typeof deleteCustomField>) {
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
