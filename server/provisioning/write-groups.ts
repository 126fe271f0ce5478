import { sql } from 'kysely'
import type { Filter } from 'scim2-parse-filter'
import { Id, Line } from '#contract/words.ts'
import { anyOf } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { changeMembers } from '#server/groups/change-members.ts'
import { oneByOne } from '#server/lifecycle/meant.ts'
import { isObject } from './attributes.ts'
import { type Path, pathOf } from './path.ts'
import type { Operation } from './patch.ts'
import { ScimError, wrongValue } from './scim-error.ts'
import { Opaque, type Remark } from './write-users.ts'

/** What was told of a group, its changes of members in their order. */
export interface ToldOfGroup {
  name?: string
  externalId?: string | null
  readonly members: MemberChange[]
}

interface MemberChange {
  readonly change: 'add' | 'remove' | 'replace'
  readonly ids: readonly string[]
}

/** A group as it was sent, by POST or PUT. Members that are left out stay. @throws ScimError `invalidValue` */
export function readGroup(resource: Readonly<Record<string, unknown>>): ToldOfGroup {
  const told: ToldOfGroup = { members: [] }
  assignAll(told, resource, 'replace')
  return told
}

/** What the operations of a PATCH tell, those of one kind that follow each other as one. */
export function groupToldBy(operations: readonly Operation[]): ToldOfGroup {
  const told: ToldOfGroup = { members: [] }
  for (const { verb, path, value } of operations) {
    if (path) assign(told, path, value, verb)
    else assignAll(told, value as Record<string, unknown>, verb)
  }
  return told
}

function assignAll(told: ToldOfGroup, values: Readonly<Record<string, unknown>>, verb: Operation['verb']): void {
  for (const [name, value] of Object.entries(values)) {
    const attribute = name.toLowerCase()
    if (['displayname', 'externalid', 'members'].includes(attribute)) assign(told, pathOf(name), value, verb)
  }
}

function assign(told: ToldOfGroup, { attribute, filter, sub }: Path, value: unknown, verb: Operation['verb']): void {
  if (attribute === 'displayname') told.name = nameOf(verb === 'remove' ? null : value)
  else if (attribute === 'externalid') told.externalId = externalIdOf(verb === 'remove' ? null : value)
  else if (attribute === 'id' || attribute === 'meta' || attribute === 'schemas')
    throw new ScimError(400, 'mutability', `${attribute} is read only. Leave it out.`)
  else if (attribute === 'members') {
    if (filter && verb !== 'remove')
      throw new ScimError(400, 'mutability', 'A member is not changed: remove one and add another.')
    if (filter) tell(told, { change: 'remove', ids: idsIn(filter) })
    else if (verb === 'remove') {
      const isAll = value === undefined || value === null
      tell(told, isAll ? { change: 'replace', ids: [] } : { change: 'remove', ids: idsOf(value, sub) })
    } else tell(told, { change: verb, ids: idsOf(value, sub) })
  }
}

function tell(told: ToldOfGroup, { change, ids }: MemberChange): void {
  const last = told.members.at(-1)
  if (last?.change === change && change !== 'replace')
    told.members[told.members.length - 1] = { change, ids: [...last.ids, ...ids] }
  else told.members.push({ change, ids })
}

function nameOf(value: unknown): string {
  const parsed = Line(100).safeParse(value)
  if (!parsed.success) throw wrongValue(`displayName: ${parsed.error.issues[0]!.message}`)
  return parsed.data
}

function externalIdOf(value: unknown): string | null {
  const parsed = Opaque.nullable().safeParse(value === '' ? null : value)
  if (!parsed.success) throw wrongValue(`externalId: ${parsed.error.issues[0]!.message}`)
  return parsed.data
}

function idsOf(value: unknown, sub: string | undefined): string[] {
  const all = Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]
  return all.map((one: unknown) => {
    const id = isObject(one) ? one['value'] : one
    if (typeof id !== 'string' || (sub !== undefined && sub !== 'value'))
      throw wrongValue('A member is told by its value, the id of a user.')
    return id
  })
}

/** `members[value eq "…"]`, also of several with `or`. */
function idsIn(filter: Filter): string[] {
  if (filter.op === 'or') return filter.filters.flatMap(idsIn)
  if (filter.op === 'eq' && filter.attrPath.toLowerCase() === 'value' && typeof filter.compValue === 'string')
    return [filter.compValue]
  throw new ScimError(400, 'invalidFilter', 'Members are chosen by value, as in members[value eq "…"].')
}

/** @throws ScimError `invalidValue`; Problem `name_taken`, `external_id_taken` */
export async function addGroup(
  work: Work,
  { name, externalId, members }: ToldOfGroup,
  remark: Remark,
): Promise<string> {
  if (name === undefined) throw wrongValue('displayName is required.')
  const { id } = await work.db
    .insertInto('groups')
    .values({ accountId: work.accountId, name, externalId: externalId ?? null, isProvisioned: true })
    .returning('id')
    .executeTakeFirstOrThrow()
  await changeAll(work, id, members, remark)
  return id
}

/** @throws Problem `name_taken`, `external_id_taken` */
export async function changeGroup(
  work: Work,
  group: { id: string; name: string; externalId: string | null },
  { name, externalId, members }: ToldOfGroup,
  remark: Remark,
): Promise<void> {
  const changes = {
    ...(name !== undefined && name !== group.name && { name }),
    ...(externalId !== undefined && externalId !== group.externalId && { externalId }),
  }
  if (Object.keys(changes).length > 0)
    await work.db
      .updateTable('groups')
      .set(changes)
      .where('accountId', '=', work.accountId)
      .where('id', '=', group.id)
      .execute()
  await changeAll(work, group.id, members, remark)
}

async function changeAll(work: Work, groupId: string, changes: readonly MemberChange[], remark: Remark): Promise<void> {
  for (const { change, ids } of changes) {
    const known = await managed(work, ids)
    const left = new Set(ids).size - known.length
    if (left > 0) remark(`${left} of the members are nobody whom the identity provider manages.`)
    const before = change === 'replace' ? await membersNow(work, groupId) : []
    const kept = new Set(known)
    await changeSome(
      work,
      groupId,
      'remove',
      change === 'remove' ? known : before.filter((id) => !kept.has(id)),
      remark,
    )
    const had = new Set(before)
    await changeSome(work, groupId, 'add', change === 'remove' ? [] : known.filter((id) => !had.has(id)), remark)
  }
}

async function changeSome(
  work: Work,
  groupId: string,
  change: 'add' | 'remove',
  ids: readonly string[],
  remark: Remark,
): Promise<void> {
  if (ids.length === 0) return
  const { refused } = await changeMembers(work, { groupId, users: { ids: [...ids] }, change })
  if (refused > 0) remark(`${refused} of the members have a role above that of the token's person.`)
}

/** Those of them whom the identity provider manages. */
async function managed({ db, accountId }: Work, ids: readonly string[]): Promise<string[]> {
  const possible = [...new Set(ids.map((id) => id.toLowerCase()))].filter((id) => Id.safeParse(id).success)
  if (possible.length === 0) return []
  const rows = await db
    .selectFrom('scimUsers')
    .select('userId')
    .where('accountId', '=', accountId)
    .where('userId', '=', anyOf(possible))
    .execute()
  return rows.map(({ userId }) => userId)
}

async function membersNow({ db, accountId }: Work, groupId: string): Promise<string[]> {
  const { rows } = await sql<{ userId: string }>`
    select m.user_id from group_members as m
    cross join ${oneByOne(sql`select from scim_users as s where s.account_id = ${accountId} and s.user_id = m.user_id`)} as managed
    where m.account_id = ${accountId} and m.group_id = ${groupId}
  `.execute(db)
  return rows.map(({ userId }) => userId)
}
