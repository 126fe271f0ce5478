import { sql } from 'kysely'
import type { ImportFate, ImportField } from '#contract/imports.ts'
import { allowTime, type Database } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { addBecause } from '#server/lifecycle/add.ts'
import { setAccess } from '#server/lifecycle/set-access.ts'
import { setRole } from '#server/lifecycle/set-role.ts'
import { carryOnOperations } from '#server/operations/carry-on.ts'
import { writeMemberships, writeProfiles } from '#server/people/write-profiles.ts'
import { Problem } from '#server/problem.ts'
import type { Log, Repeating } from '#server/repeat.ts'
import { stillMissing } from './check.ts'
import { judge, type Judged, PHASE, type RowRead } from './judge.ts'
import { known } from './known.ts'
import type { Reason } from './parse-row.ts'

/** Carries imports on, as `carryOnOperations()` does the changes of those who are there. */
export const carryOnImports = (database: Database, log: Log): Repeating =>
  carryOnOperations(database, log, { inLine: 'imports_in_line', heardAs: 'import', piece })

/** How long others wait at most for their turn while an import goes on: pieces are as large as so much time allows. */
const pieceMs = 500
/**
 * Before anything is known of the time that they take, and at least: as many as one call of the API adds. What a piece
 * costs besides, such as counting the seats of a million people, is not worth fewer rows.
 */
const smallestPiece = 1_000
const largestPiece = 2_000

interface Going {
  readonly importId: string
  readonly fields: (ImportField | null)[]
  readonly invites: boolean
  readonly name: string
  readonly changed: number
  readonly refused: number
  readonly size: number
}

interface RowToDo extends RowRead {
  readonly phase: number
  /** Who is not in the file. */
  readonly missingId: string | null
}

/** What became of a row. */
interface Done {
  readonly number: number
  readonly fate: ImportFate
  readonly reasons: readonly Reason[]
  readonly userId: string | null
}

/**
 * The next rows of an import, in turn and in one transaction: what they change and that they are done is written together,
 * so that whatever crashes, no row is forgotten or done twice (B4, R25, R29). Of rows of one phase alone, so that seats
 * become free before others take them.
 */
async function piece(work: Work, operationId: string): Promise<void> {
  const { db, accountId } = work
  const startedAtMs = performance.now()
  await allowTime(db, 60_000)
  const { rows: going } = await sql<Going>`
    select i.id as import_id, i.fields, i.invites, i.name, o.changed, o.refused,
      case when o.worked_ms = 0 then ${smallestPiece}
        else greatest(${smallestPiece}, least((i.to_do - o.remaining) * ${pieceMs}::bigint / o.worked_ms, ${largestPiece})) end as size
    from operations as o left join imports as i on i.account_id = o.account_id and i.operation_id = o.id
    where o.account_id = ${accountId} and o.id = ${operationId} and o.state = 'running'
  `.execute(db)
  const [one] = going
  if (!one) return
  if (one.importId === null) throw new Problem('not_found')
  const { rows } = await sql<RowToDo>`
    select number, cells, phase, case when is_missing then user_id end as missing_id from import_rows
    where account_id = ${accountId} and import_id = ${one.importId} and phase is not null and not is_done
    order by phase, since, number limit ${one.size}
  `.execute(db)
  const ofPhase = rows.filter(({ phase }) => phase === rows[0]!.phase)
  const done = ofPhase.length === 0 ? [] : await doRows(work, one, ofPhase, ofPhase[0]!.phase)
  await record(work, operationId, one, done, Math.ceil(performance.now() - startedAtMs))
}

async function record(
  work: Work,
  operationId: string,
  going: Going,
  done: readonly Done[],
  workedMs: number,
): Promise<void> {
  const { db, accountId } = work
  await sql`
    update import_rows as r set fate = one.fate, reasons = one.reasons, user_id = one."userId", is_done = true
    from jsonb_to_recordset(${JSON.stringify(done)}::jsonb) as one (number integer, fate import_fate, reasons jsonb, "userId" uuid)
    where r.account_id = ${accountId} and r.import_id = ${going.importId} and r.number = one.number
  `.execute(db)
  const errors = done.filter(({ fate }) => fate === 'error').length
  const changed = done.filter(({ fate }) => fate !== 'error' && fate !== 'unchanged').length
  // Told anew, since the command that changes who is in has counted its people as it does for other operations.
  await sql`
    update operations set changed = ${going.changed + changed}, refused = ${going.refused + errors}, remaining = remaining - ${done.length},
      worked_ms = worked_ms + ${workedMs}, state = case when remaining = ${done.length} then 'finished' else state end
    where account_id = ${accountId} and id = ${operationId}
  `.execute(db)
}

/** Looks at the rows once more, as people are now, and does what still can be done. */
async function doRows(work: Work, going: Going, rows: readonly RowToDo[], phase: number): Promise<Done[]> {
  const ofFile = rows.filter(({ missingId }) => missingId === null)
  const missing = await stillMissing(
    work,
    going.importId,
    rows.flatMap(({ missingId }) => missingId ?? []),
  )
  const judged = [
    ...(await judge(work, ofFile, going.fields, await known(work))),
    ...rows.flatMap((row) => leaving(row, missing)),
  ]
  const isNew = phase === PHASE.added
  const other = judged.map((one) => asConfirmed(one, isNew))
  const able = other.filter(({ edit, person }) => (isNew ? person : edit) !== null)
  const done = isNew ? await addRows(work, going, able) : await editRows(work, going, able)
  return other.map(({ number, fate, reasons, userId }) => done.get(number) ?? { number, fate, reasons, userId })
}

const missingNoMore: Reason = {
  field: 'status',
  code: 'stale_edit',
  message: 'Since the check they became an administrator, or got an e-mail that is in the file.',
}

/** Whoever is not in the file is made inactive, and nothing else of them changes. */
function leaving({ number, missingId }: RowToDo, missing: ReadonlySet<string>): Judged[] {
  if (missingId === null) return []
  const isMissing = missing.has(missingId)
  const edit = isMissing ? { userId: missingId, version: 0, status: 'inactive' as const } : null
  return [
    {
      number,
      fate: isMissing ? 'missing' : 'error',
      emailKey: null,
      email: null,
      name: null,
      userId: missingId,
      fields: ['status'],
      reasons: isMissing ? [] : [missingNoMore],
      phase: PHASE.leaves,
      takesSeat: false,
      since: null,
      edit,
      person: null,
    },
  ]
}

/** Who was to be added is not edited because somebody else added them meanwhile, and the other way round. */
function asConfirmed(one: Judged, isNew: boolean): Judged {
  const isOfOthers = one.reasons.some(({ code }) => code === 'email_taken')
  if (isNew === (one.userId === null) || isOfOthers) return one
  const reason = isNew
    ? { field: 'email', code: 'email_taken', message: 'Somebody with this e-mail was added meanwhile.' }
    : { field: 'email', code: 'not_found', message: 'Whoever had this e-mail is not here any more.' }
  return { ...one, fate: 'error', reasons: [reason], edit: null, person: null }
}

/** T3: new people, in their order; whoever finds no seat waits. A date is for whoever is in. */
async function addRows(work: Work, { invites, name }: Going, rows: readonly Judged[]): Promise<Map<number, Done>> {
  if (rows.length === 0) return new Map()
  const people = rows.map(({ person }) => {
    const { deactivationDate: _, ...profile } = person!
    return { ...profile, invite: invites }
  })
  const { people: added } = await addBecause(work, { people }, 'import')
  const dated = rows.flatMap(({ person }, place) => {
    const { userId, status } = added[place]!
    return typeof person!.deactivationDate === 'string' && status === 'active'
      ? [{ userId, deactivationDate: person!.deactivationDate }]
      : []
  })
  await setAccess(work, dated, name)
  return new Map(
    rows.map(({ number, person }, place) => {
      const { userId, status, statusCause } = added[place]!
      const waits = statusCause === 'seat_limit'
      const reasons =
        waits && typeof person!.deactivationDate === 'string'
          ? [
              {
                field: 'deactivationDate',
                code: 'only_the_active_leave',
                message: 'The date was not set: they wait for a seat.',
              },
            ]
          : []
      const fate = waits ? 'new_waiting' : status === 'active' ? 'new_active' : 'new_inactive'
      return [number, { number, fate, reasons, userId }]
    }),
  )
}

/** All of a row or nothing: whose status cannot be changed keeps the rest, too. */
async function editRows(work: Work, { name }: Going, rows: readonly Judged[]): Promise<Map<number, Done>> {
  // First, since it waits for these people's own work to end, which may be waiting for their profiles.
  const accesses = rows.flatMap(({ edit }) =>
    edit!.status === undefined && edit!.deactivationDate === undefined ? [] : [edit!],
  )
  const refusals = await setAccess(work, accesses, name)
  const allowed = rows.map(({ edit }) => edit!).filter(({ userId }) => !refusals.has(userId))
  for (const { userId, role } of allowed) if (role !== undefined) await setRole(work, userId, role)
  await writeProfiles(
    work,
    allowed.map((edit) => ({ ...edit, version: null })),
  )
  await writeMemberships(work, allowed)
  return new Map(
    rows.map(({ number, fate, reasons, userId }) => {
      const refusal = refusals.get(userId!)
      if (!refusal) return [number, { number, fate, reasons, userId }]
      const code = refusal === 'changed_since' ? 'stale_edit' : refusal
      return [
        number,
        {
          number,
          fate: 'error' as const,
          reasons: [{ field: 'status', code, message: new Problem(code).message }],
          userId,
        },
      ]
    }),
  )
}
