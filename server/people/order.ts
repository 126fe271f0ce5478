import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { PeopleSort } from '#contract/people.ts'
import { Role } from '#contract/roles.ts'

/** One part of what a list is ordered by, and how it travels in a cursor: as text, in full precision. */
export interface Key {
  readonly column: RawBuilder<unknown>
  readonly type: RawBuilder<unknown>
  text(column: RawBuilder<unknown>): RawBuilder<unknown>
  /** What a cursor may hold for it: a cursor is somebody's input. */
  readonly told: z.ZodType<string>
}

export interface Order {
  /** The last is the id, so that ties stand still. */
  readonly keys: readonly Key[]
  /** Where the keys are: users, profiles, credentials, departments. */
  readonly in: readonly ('u' | 'p' | 'c' | 'd')[]
}

type Kind = Omit<Key, 'column'>
const asText: Kind['text'] = (column) => sql`${column}::text`
const words: Kind = { type: sql`text`, text: asText, told: z.string().refine((text) => !text.includes('\0')) }
const names: Kind = { ...words, type: sql`text collate "und-x-icu"` }
const titles: Kind = { ...words, type: sql`text collate natural_order` }
const ids: Kind = { type: sql`uuid`, text: asText, told: z.uuid() }
const flag: Kind = { type: sql`boolean`, text: asText, told: z.enum(['true', 'false']) }
const moments: Kind = {
  type: sql`timestamptz`,
  text: (column) =>
    sql`case when isfinite(${column}) then to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') else ${column}::text end`,
  told: z.union([z.literal('-infinity'), z.iso.datetime()]),
}
const key = (kind: Kind, column: RawBuilder<unknown>): Key => ({ ...kind, column })

/** Active without an end, active until a date, inactive: as they are now (S1). */
const standing = sql`(case when not is_active(u.status, u.deactivate_at) then 2 when u.deactivate_at is not null then 1 else 0 end)`
/** Since when: of those who leave, until when. */
const moment = sql`coalesce(u.deactivate_at, u.status_since)`
const since = sql`(case when u.deactivate_at <= statement_timestamp() then u.deactivate_at else u.status_since end)`

/** Departments by their names, two of the same name apart; whoever has none stands after all the others. */
export const departmentKeys: readonly Key[] = [
  key(flag, sql`(d.id is null)`),
  key(titles, sql`coalesce(d.name, '')`),
  key(ids, sql`coalesce(d.id, '00000000-0000-0000-0000-000000000000')`),
]
export const nameKeys: readonly Key[] = [key(names, sql`p.name_key`), key(ids, sql`p.user_id`)]

export const orders: Record<PeopleSort, Order> = {
  name: { keys: nameKeys, in: ['p'] },
  email: { keys: [key(words, sql`p.email_key`), key(ids, sql`p.user_id`)], in: ['p'] },
  department: { keys: [...departmentKeys, ...nameKeys], in: ['p', 'd'] },
  lastSignIn: { keys: [key(moments, sql`c.last_sign_in_at`), key(ids, sql`c.user_id`)], in: ['c'] },
  role: { keys: [key({ type: sql`role`, text: asText, told: Role }, sql`u.role`), key(ids, sql`u.id`)], in: ['u'] },
  status: {
    keys: [
      key({ type: sql`integer`, text: asText, told: z.enum(['0', '1', '2']) }, standing),
      key(moments, moment),
      key(ids, sql`u.id`),
    ],
    in: ['u'],
  },
  statusSince: { keys: [key(moments, since), key(ids, sql`u.id`)], in: ['u'] },
}

/** Where somebody stands in a list: the values of its keys, the id last. */
export type Place = readonly string[]

export interface Direction {
  readonly isDescending: boolean
}

export const numbered = (keys: readonly Key[], from: string) => keys.map((_key, at) => sql.ref(`${from}.k${at}`))
export const columns = (keys: readonly Key[]) =>
  sql.join(keys.map(({ column }, at) => sql`${column} as ${sql.ref(`k${at}`)}`))
/** The place, as it travels in a cursor. */
export const told = (keys: readonly Key[], from: string) =>
  sql`array[${sql.join(numbered(keys, from).map((column, at) => keys[at]!.text(column)))}]`
export const ordered = (by: readonly RawBuilder<unknown>[], { isDescending }: Direction) =>
  sql`order by ${sql.join(by.map((column) => sql`${column} ${isDescending ? sql`desc` : sql`asc`}`))}`

/** Whether the keys stand beyond a place, or there as well. */
export function beyond(
  keys: readonly Key[],
  place: Place | undefined,
  { isDescending }: Direction,
  orThere = sql``,
): RawBuilder<boolean> {
  if (!place) return sql<boolean>`true`
  const values = sql.join(keys.map(({ type }, at) => sql`${place[at]}::${type}`))
  return sql<boolean>`(${sql.join(keys.map(({ column }) => column))}) ${isDescending ? sql`<` : sql`>`}${orThere} (${values})`
}
