import type { ImportFate, ImportField } from '#contract/imports.ts'
import type { Input } from '#contract/endpoint.ts'
import type { editUser, Refusal } from '#contract/people.ts'
import { problems, type ProblemCode } from '#contract/problems.ts'
import type { Work } from '#server/gate/work.ts'
import { type EndOfAccess, endsOfAccess } from '#server/lifecycle/end-of-access.ts'
import { issuesOf, type ProfileTold } from '#server/lifecycle/profile-rules.ts'
import { refusalOfRole } from '#server/lifecycle/set-role.ts'
import { changesTo, departmentsGivenOrTaken } from '#server/people/changes.ts'
import { type Facts, factsOf } from './facts.ts'
import type { Known } from './known.ts'
import { columnOfField, type Parsed, parseRow, type Reason, type SaidOfNew, saidOf, saidOfNew } from './parse-row.ts'

export type Edit = Input<typeof editUser>

/** Leaves; comes back; is edited; is new. In this order they are done, so that the seats of some are free for others. */
export const PHASE = { leaves: 1, returns: 2, edited: 3, added: 4 } as const

/** What would come of a row. */
export interface Judged {
  readonly number: number
  readonly fate: ImportFate
  readonly emailKey: string | null
  readonly email: string | null
  readonly name: string | null
  readonly userId: string | null
  /** Which columns change something. */
  readonly fields: readonly string[]
  readonly reasons: readonly Reason[]
  readonly phase: 1 | 2 | 3 | 4 | null
  readonly takesSeat: boolean
  readonly since: string | null
  /** What is to be written: of somebody who is there, or of somebody new. */
  readonly edit: Edit | null
  readonly person: SaidOfNew | null
}

export interface RowRead {
  readonly number: number
  readonly cells: readonly string[]
}

/** A row under way: what is known of it before its profile is held against the rules of all. */
interface Draft {
  readonly row: RowRead
  readonly parsed: Parsed
  readonly facts: Facts | undefined
  readonly edit: Edit | null
  readonly person: SaidOfNew | null
  readonly reasons: readonly Reason[]
  readonly toCheck: ProfileTold
}

/**
 * What would come of these rows now, by this actor: the same checks as for one person who is added or edited (R27), asked
 * once for all of them. The preview shows it, and the run asks again.
 */
export async function judge(
  work: Work,
  rows: readonly RowRead[],
  fields: readonly (ImportField | null)[],
  known: Known,
): Promise<Judged[]> {
  const parsed = rows.map((row) => parseRow(row.cells, fields, known))
  const keys = parsed.flatMap(({ email }) => email?.toLowerCase() ?? [])
  const facts = await factsOf(work, keys)
  const drafts = rows.map((row, place) => {
    const one = parsed[place]!
    const there = one.email === null ? undefined : facts.get(one.email.toLowerCase())
    return there ? editing(work, row, one, there) : adding(work, row, one)
  })
  const ends = await endsOf(work, drafts)
  const issues = Map.groupBy(
    await issuesOf(
      work,
      drafts.map(({ toCheck }) => toCheck),
    ),
    ({ place }) => place,
  )
  return drafts.map((draft, place) =>
    judged(draft, [
      ...draft.reasons,
      ...accessReasons(draft, ends),
      ...(issues.get(place) ?? []).map(({ field, code, message }) => ({ field: columnOfField(field), code, message })),
    ]),
  )
}

const nothing = { edit: null, person: null, toCheck: {} }

function adding({ actor }: Work, row: RowRead, parsed: Parsed): Draft {
  const draft = { row, parsed, facts: undefined, ...nothing }
  const { said, reasons } = saidOfNew(parsed.said)
  // What could not be read was told already.
  const told = parsed.reasons.length > 0 ? parsed.reasons.map(({ field }) => field) : []
  const all = [...parsed.reasons, ...reasons.filter(({ field }) => !told.includes(field))]
  if (said === null) return { ...draft, reasons: all }
  const refusal = refusalOfRole(actor, { userId: null, before: 'learner', role: said.role })
  const isOut = said.status === 'inactive' && typeof said.deactivationDate === 'string'
  return {
    ...draft,
    person: said,
    reasons: [...all, ...(refusal ? [refused(refusal, 'role')] : []), ...(isOut ? [noDateOfInactive] : [])],
    toCheck: said,
  }
}

function editing({ actor }: Work, row: RowRead, parsed: Parsed, facts: Facts): Draft {
  const draft = { row, parsed, facts, ...nothing }
  // Who is out of reach stays unnamed (A1).
  if (!facts.isInReach)
    return {
      ...draft,
      reasons: [{ field: 'email', code: 'email_taken', message: 'Somebody of this account has this e-mail.' }],
    }
  const mayNot = facts.mayNot.edit ? [refused(facts.mayNot.edit, null)] : []
  const { role: roleSaid, email: _, ...others } = parsed.said
  const { said, reasons } = saidOf(
    roleSaid === facts.role ? others : { ...others, ...(roleSaid !== undefined && { role: roleSaid }) },
  )
  const unread = [...parsed.reasons, ...reasons]
  if (said === null || unread.length > 0) return { ...draft, reasons: [...mayNot, ...unread] }
  const edit = changesTo(facts, { ...said, userId: facts.id, version: facts.version })
  // A file of everybody tells of those, too, whom its reader may not change.
  if (mayNot.length > 0 && fieldsOf(edit).length > 0) return { ...draft, reasons: mayNot }
  const refusal =
    edit.role === undefined ? null : refusalOfRole(actor, { userId: facts.id, before: facts.role, role: edit.role })
  const isOut = said.status === 'inactive' && typeof said.deactivationDate === 'string'
  return {
    ...draft,
    edit,
    reasons: [...(refusal ? [refused(refusal, 'role')] : []), ...(isOut ? [noDateOfInactive] : [])],
    toCheck: {
      departmentId: edit.departmentId,
      groupIds: edit.groupIds,
      custom: said.custom,
      managedDepartmentIds: departmentsGivenOrTaken(facts, edit),
    },
  }
}

const noDateOfInactive: Reason = {
  field: 'deactivationDate',
  code: 'invalid_input',
  message: 'An inactive person has no deactivation date.',
}

const refused = (code: Refusal | ProblemCode, field: string | null): Reason => ({
  field,
  code,
  message: problems[code === 'changed_since' ? 'stale_edit' : code].title,
})

/** What each date that is to be set means, asked once for all. */
async function endsOf(work: Work, drafts: readonly Draft[]): Promise<Map<string, EndOfAccess>> {
  const dates = [...new Set(drafts.flatMap(({ edit, person }) => (edit ?? person)?.deactivationDate ?? []))]
  if (dates.length === 0) return new Map()
  const ends = await endsOfAccess(work, dates)
  return new Map(dates.map((date, place) => [date, ends[place]!]))
}

/** Why this actor may not change this person's status or date so: as the commands for one refuse it (S6, D2, D3). */
function accessReasons({ facts, edit, person }: Draft, ends: ReadonlyMap<string, EndOfAccess>): Reason[] {
  const date = (edit ?? person)?.deactivationDate
  const reasons: Reason[] = []
  if (typeof date === 'string') {
    const { isAhead, isTooFar } = ends.get(date)!
    if (!isAhead) reasons.push(refused('date_in_past', 'deactivationDate'))
    else if (isTooFar) reasons.push(refused('date_too_far', 'deactivationDate'))
  }
  if (!facts || !edit) return reasons
  const { mayNot } = facts
  if (edit.status === 'inactive' && mayNot.deactivate) reasons.push(refused(mayNot.deactivate, 'status'))
  else if (edit.status === 'active' && mayNot.activate) reasons.push(refused(mayNot.activate, 'status'))
  else if (edit.status === undefined && date === null && mayNot.clearDate)
    reasons.push(refused(mayNot.clearDate, 'deactivationDate'))
  else if (edit.status === undefined && typeof date === 'string' && mayNot.schedule)
    reasons.push(refused(mayNot.schedule, 'deactivationDate'))
  return reasons
}

function judged({ row, parsed, facts, edit, person }: Draft, reasons: readonly Reason[]): Judged {
  const emailKey = parsed.email?.toLowerCase() ?? null
  const isNamed = facts?.isInReach === true
  const names = isNamed ? [facts.firstName, facts.lastName] : [parsed.said['firstName'], parsed.said['lastName']]
  const base = {
    number: row.number,
    emailKey,
    email: parsed.email ?? (typeof parsed.said['email'] === 'string' ? parsed.said['email'].slice(0, 254) : null),
    name:
      names
        .filter((name) => typeof name === 'string')
        .join(' ')
        .slice(0, 201) || null,
    userId: isNamed ? facts.id : null,
    reasons,
    phase: null,
    takesSeat: false,
    since: null,
    fields: [],
    edit: null,
    person: null,
  }
  if (reasons.length > 0 || (!edit && !person)) return { ...base, fate: 'error' }
  if (person) {
    const isIn = person.status === 'active'
    return { ...base, fate: isIn ? 'new_active' : 'new_inactive', phase: PHASE.added, takesSeat: isIn, person }
  }
  const fields = fieldsOf(edit!)
  if (fields.length === 0) return { ...base, fate: 'unchanged' }
  const returns = edit!.status === 'active'
  // Whoever waits for a seat has none to leave to others.
  const leaves = edit!.status === 'inactive' && facts!.status === 'active'
  const phase = leaves ? PHASE.leaves : returns ? PHASE.returns : PHASE.edited
  return {
    ...base,
    fate: 'changed',
    fields,
    phase,
    takesSeat: returns,
    since: returns ? facts!.statusSince : null,
    edit,
  }
}

/** Which columns of a file an edit comes from. */
const fieldsOf = ({ userId: _userId, version: _version, custom, ...rest }: Edit): string[] => [
  ...Object.entries(rest).flatMap(([field, value]) => (value === undefined ? [] : (columnOfField(field) ?? []))),
  ...Object.keys(custom ?? {}).map((key) => `custom.${key}`),
]
