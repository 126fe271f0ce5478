import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { checkImport, ImportField } from '#contract/imports.ts'
import { allowTime } from '#server/db/database.ts'
import type { Steps } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { firstInLine } from '#server/lifecycle/first-in-line.ts'
import { refusalFor } from '#server/lifecycle/meant.ts'
import { seatsFreeNow } from '#server/seats/seats.ts'
import { customFields } from '#server/people/custom-fields.ts'
import { Problem } from '#server/problem.ts'
import { keyOfHeader } from './headers.ts'
import { ownImports, theImport } from './import.ts'
import { judge, type Judged, PHASE, type RowRead } from './judge.ts'
import { known } from './known.ts'

/** So many rows are looked at in one step. */
const portion = 1_000

/**
 * Looks at every row by what its columns are said to hold: what would come of it, and why not. Portion by portion, so that
 * nothing is held between them; of two who check at once the second goes on, and the first is told so.
 *
 * @throws Problem as the endpoint tells them
 */
export async function check(
  { step }: Steps,
  { importId, fields, deactivateMissing }: Input<typeof checkImport>,
): Promise<Answer<typeof checkImport>> {
  const version = await step((work) => begin(work, { importId, fields, deactivateMissing }))
  const mine = { importId, version, fields, deactivateMissing }
  let after: number | null = 0
  while (after !== null) {
    const from: number = after
    after = await step((work) => checkPortion(work, mine, from))
  }
  await step((work) => finish(work, mine))
  return step((work) => theImport(work, { importId }))
}

interface Checking {
  readonly importId: string
  /** Of the check: whoever begins another raises it. */
  readonly version: number
  readonly fields: readonly (ImportField | null)[]
  readonly deactivateMissing: boolean
}

async function begin(work: Work, { importId, fields, deactivateMissing }: Omit<Checking, 'version'>): Promise<number> {
  const { db, accountId } = work
  await allowTime(db, 60_000)
  const { rows } = await sql<{ state: string; columns: { name: string }[] }>`
    select state, columns from imports as i
    where i.account_id = ${accountId} and i.id = ${importId} and i.state <> 'reading' and ${ownImports(work)} for update
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  const { state, columns } = rows[0]
  if (state === 'started') throw new Problem('import_begun')
  await refuseFields(work, fields, columns.length)
  const { rows: begun } = await sql<{ version: number }>`
    update imports set state = 'checking', version = version + 1, checked = 0, seats_used = null, unread = 0,
      fields = ${JSON.stringify(fields)}, deactivates_missing = ${deactivateMissing}
    where account_id = ${accountId} and id = ${importId} returning version
  `.execute(db)
  await sql`delete from import_rows where account_id = ${accountId} and import_id = ${importId} and is_missing`.execute(
    db,
  )
  await sql`
    update import_rows set email_key = null, fate = null where account_id = ${accountId} and import_id = ${importId} and fate is not null
  `.execute(db)
  await remember(work, columns, fields)
  return begun[0]!.version
}

/** @throws Problem `invalid_input` with the place of each column that is wrong, `unknown_field` */
async function refuseFields(work: Work, fields: Checking['fields'], columns: number): Promise<void> {
  const where = fields.flatMap((field, place) =>
    field !== null && fields.indexOf(field) < place
      ? [{ at: `fields.${place}`, message: 'Another column holds this already. Each field once.' }]
      : [],
  )
  if (fields.length !== columns)
    where.push({ at: 'fields', message: `Say of each of the ${columns} columns what it holds, or null.` })
  if (!fields.includes('email'))
    where.push({ at: 'fields', message: 'Say which column holds the e-mail: people are recognised by it.' })
  if (where.length > 0) throw new Problem('invalid_input', { where })
  const { items } = await customFields(work)
  const there = new Set(items.map(({ key }) => `custom.${key}`))
  const unknown = fields.flatMap((field, place) =>
    field?.startsWith('custom.') && !there.has(field)
      ? [{ at: `fields.${place}`, message: 'This field is not there any more.' }]
      : [],
  )
  if (unknown.length > 0) throw new Problem('unknown_field', { where: unknown })
}

/** The next file of this account with such a header is matched so. */
async function remember(
  { db, accountId }: Work,
  columns: readonly { name: string }[],
  fields: Checking['fields'],
): Promise<void> {
  const told = new Map(columns.map(({ name }, place) => [keyOfHeader(name), fields[place] ?? null]))
  told.delete('')
  await sql`
    insert into import_columns (account_id, header, field)
    select ${accountId}, header, field from unnest(${[...told.keys()]}::text[], ${[...told.values()]}::text[]) as one (header, field)
    on conflict (account_id, header) do update set field = excluded.field
  `.execute(db)
}

/** @returns the number of its last row, or null after the last of all */
async function checkPortion(
  work: Work,
  { importId, version, fields }: Checking,
  after: number,
): Promise<number | null> {
  const { db, accountId } = work
  await allowTime(db, 30_000)
  const { rows } = await sql<RowRead>`
    select number, cells from import_rows where account_id = ${accountId} and import_id = ${importId} and number > ${after}
    order by number limit ${portion}
  `.execute(db)
  if (rows.length > 0) {
    const judged = await judge(work, rows, fields, await known(work))
    await write(work, importId, await withoutRepeated(work, importId, judged))
  }
  const { numUpdatedRows } = await db
    .updateTable('imports')
    .set((row) => ({ checked: row('checked', '+', rows.length) }))
    .where('accountId', '=', accountId)
    .where('id', '=', importId)
    .where('version', '=', version)
    .where('state', '=', 'checking')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Problem('stale_edit')
  return rows.length < portion ? null : rows.at(-1)!.number
}

/** Of several rows with one address the first counts; the others say where it stands. */
async function withoutRepeated(
  { db, accountId }: Work,
  importId: string,
  judged: readonly Judged[],
): Promise<Judged[]> {
  const keys = judged.flatMap(({ emailKey }) => emailKey ?? [])
  // All that were judged so far, each held against these addresses: whether to look them up by the index of addresses or by that
  // of numbers, the planner does not know of rows written just now, and read all of them for each. As a case it is no join.
  const { rows } = await sql<{ emailKey: string; number: number }>`
    select email_key, min(number) as number from import_rows
    where account_id = ${accountId} and import_id = ${importId} and email_key is not null
      and case when email_key in (select unnest(${keys}::text[])) then true end
    group by email_key
  `.execute(db)
  const first = new Map(rows.map(({ emailKey, number }) => [emailKey, number]))
  return judged.map((one) => {
    if (one.emailKey === null) return one
    const before = first.get(one.emailKey)
    if (before === undefined) {
      first.set(one.emailKey, one.number)
      return one
    }
    const message = `This e-mail stands in row ${before} already.`
    const reasons = [{ field: 'email', code: 'email_taken', message }]
    return {
      ...one,
      fate: 'error',
      phase: null,
      takesSeat: false,
      fields: [],
      reasons,
      edit: null,
      person: null,
    } as const
  })
}

async function write({ db, accountId }: Work, importId: string, judged: readonly Judged[]): Promise<void> {
  const told = judged.map(({ edit: _edit, person: _person, ...one }) => one)
  await sql`
    update import_rows as r set email_key = one."emailKey", email = one.email, name = one.name, user_id = one."userId", fate = one.fate,
      fields = array(select jsonb_array_elements_text(one.fields)), reasons = one.reasons, phase = one.phase, takes_seat = one."takesSeat", since = one.since
    from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as one (number integer, "emailKey" text, email text, name text, "userId" uuid,
      fate import_fate, fields jsonb, reasons jsonb, phase smallint, "takesSeat" boolean, since timestamptz)
    where r.account_id = ${accountId} and r.import_id = ${importId} and r.number = one.number
  `.execute(db)
}

/**
 * Gives out the seats that are free and those that become free by it, in the order of the run: who comes back, those who
 * wait longest first (T4), then who is new, in the order of the file. Whoever is new and finds none will wait (T3), behind
 * those who wait already where free seats are theirs.
 */
async function finish(work: Work, { importId, version, deactivateMissing }: Checking): Promise<void> {
  const { db, accountId } = work
  await allowTime(db, 60_000)
  const unread = await countUnread(work, importId)
  if (deactivateMissing && unread === 0) await addMissing(work, importId)
  const free = await seatsFreeNow(work)
  if (free !== Infinity) await giveSeats(work, importId, free)
  const { rows } = await sql`
    update imports set state = 'checked', unread = ${unread}, seats_used = seats_used(${accountId})
    where account_id = ${accountId} and id = ${importId} and version = ${version} and state = 'checking' returning id
  `.execute(db)
  if (rows.length === 0) throw new Problem('stale_edit')
}

async function countUnread({ db, accountId }: Work, importId: string): Promise<number> {
  const { rows } = await sql<{ unread: number }>`
    select count(*) as unread from import_rows where account_id = ${accountId} and import_id = ${importId} and email_key is null
  `.execute(db)
  return rows[0]!.unread
}

/**
 * Whether the person of the row (`u`, `p`) is not in the file. Never the owner or an administrator: files of people seldom
 * tell of those, and somebody has to be left to undo it.
 */
const isMissing = (
  { accountId }: Work,
  importId: string,
) => sql<boolean>`u.role > 'administrator' and p.email_key not in (
  select email_key from import_rows where account_id = ${accountId} and import_id = ${importId} and not is_missing)`

/** Of those who were not in the file when it was checked: who is not in it as people are now. */
export async function stillMissing(work: Work, importId: string, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select u.id from users as u join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    where u.account_id = ${work.accountId} and u.id = any(${userIds}::uuid[]) and ${isMissing(work, importId)}
  `.execute(work.db)
  return new Set(rows.map(({ id }) => id))
}

/** Whoever is in and not in the file, as far as this actor may deactivate them, as rows below those of the file. */
async function addMissing(work: Work, importId: string): Promise<void> {
  const { db, accountId } = work
  const ofImport = sql`account_id = ${accountId} and import_id = ${importId}`
  await sql`
    insert into import_rows (account_id, import_id, number, cells, name, email, user_id, fate, fields, phase, is_missing)
    select ${accountId}, ${importId}, last.number + row_number() over (order by p.name_key, u.id), '[]', p.first_name || ' ' || p.last_name,
      p.email, u.id, 'missing', '{status}', ${PHASE.leaves}, true
    from users as u join profiles as p on p.account_id = u.account_id and p.user_id = u.id,
      (select max(number) as number from import_rows where ${ofImport}) as last
    where u.account_id = ${accountId} and is_active(u.status, u.deactivate_at) and ${isMissing(work, importId)}
      and ${refusalFor(work, 'deactivate')} is null
  `.execute(db)
}

async function giveSeats(work: Work, importId: string, free: number): Promise<void> {
  const { db, accountId } = work
  const ofImport = sql`account_id = ${accountId} and import_id = ${importId}`
  const { rows } = await sql<{ leaving: number; returning: number; before: number }>`
    select count(*) filter (where phase = ${PHASE.leaves}) as leaving, count(*) filter (where phase = ${PHASE.returns}) as returning,
      (
        select count(*) from (${firstInLine(work)}
          and u.id not in (select user_id from import_rows where ${ofImport} and phase = ${PHASE.returns})) as waiting
      ) as before
    from import_rows where ${ofImport}
  `.execute(db)
  const { leaving, returning, before } = rows[0]!
  const seats = Math.max(0, free + leaving)
  const noSeat = [{ field: 'status', code: 'no_free_seats', message: new Problem('no_free_seats').message }]
  // From the first on who finds none: a place in an order, so that nothing has to be joined.
  await sql`
    update import_rows set fate = 'error', reasons = ${JSON.stringify(noSeat)}::jsonb, phase = null, takes_seat = false
    where ${ofImport} and phase = ${PHASE.returns} and (since, number) >= (
      select since, number from import_rows where ${ofImport} and phase = ${PHASE.returns} order by since, number
      offset ${seats}::integer limit 1
    )
  `.execute(db)
  await sql`
    update import_rows set fate = 'new_waiting'
    where ${ofImport} and phase = ${PHASE.added} and takes_seat and number >= (
      select number from import_rows where ${ofImport} and phase = ${PHASE.added} and takes_seat order by number
      offset ${Math.max(0, seats - returning - before)}::integer limit 1
    )
  `.execute(db)
}
