import { type RawBuilder, sql } from 'kysely'
import type { Filter } from 'scim2-parse-filter'
import { Id } from '#contract/words.ts'
import { filterOf, pathOf } from './path.ts'
import { ScimError } from './scim-error.ts'

type Condition = RawBuilder<boolean>
type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le' | 'pr'

/** How an attribute is compared with a value, which is a parameter of the statement and never a part of its text. */
export interface Column {
  compare(operator: Operator, value: unknown, named: string): Condition
  /** What it is sorted by. Left out: nothing is sorted by it. */
  readonly order?: RawBuilder<unknown>
}

/** By the path of an attribute in small letters, `name.givenname`; of the extension with `:` before it. */
export type Columns = Readonly<Record<string, Column>>

const refused = (detail: string): ScimError => new ScimError(400, 'invalidFilter', detail)

/** Text, as SQL. `isExact`: capitals count. `isKey`: it is in small letters already. */
export function text(column: RawBuilder<unknown>, { isExact = false, isKey = false } = {}): Column {
  const folded = (of: RawBuilder<unknown>) => (isExact ? of : sql`lower(${of})`)
  const own = isKey ? column : folded(column)
  return {
    order: own,
    compare(operator, value, named) {
      if (operator === 'pr') return sql<boolean>`${column} <> ''`
      if (value === null) return isNothing(column, operator, named)
      if (typeof value !== 'string') throw refused(`${named} is text: write its value in quotation marks.`)
      const asked = folded(sql`${value}::text`)
      switch (operator) {
        case 'eq':
          return sql<boolean>`${own} = ${asked}`
        case 'ne':
          return sql<boolean>`${own} is distinct from ${asked}`
        case 'co':
          return sql<boolean>`strpos(${own}, ${asked}) > 0`
        case 'sw':
          return sql<boolean>`starts_with(${own}, ${asked})`
        case 'ew':
          return sql<boolean>`right(${own}, length(${asked})) = ${asked}`
        default:
          return inOrder(own, operator, asked)
      }
    },
  }
}

/** An id of ours, or of a reference. Whatever is no such id matches nobody. */
export function id(column: RawBuilder<unknown>): Column {
  const asText = text(sql`${column}::text`, { isExact: true })
  return {
    order: column,
    compare(operator, value, named) {
      if (operator !== 'eq' || typeof value !== 'string') return asText.compare(operator, value, named)
      return Id.safeParse(value).success ? sql<boolean>`${column} = ${value}::uuid` : sql<boolean>`false`
    },
  }
}

/** Also told as text, as Entra ID does. */
export function truth(column: RawBuilder<unknown>): Column {
  return {
    order: column,
    compare(operator, value, named) {
      if (operator === 'pr') return sql<boolean>`true`
      const asked = typeof value === 'string' ? { true: true, false: false }[value.toLowerCase()] : value
      if ((operator !== 'eq' && operator !== 'ne') || typeof asked !== 'boolean')
        throw refused(`${named} is true or false: ask with eq or ne.`)
      return sql<boolean>`${column} = ${asked === (operator === 'eq')}::boolean`
    },
  }
}

export function instant(column: RawBuilder<unknown>): Column {
  return {
    order: column,
    compare(operator, value, named) {
      if (operator === 'pr') return sql<boolean>`true`
      const isInstant = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value))
      if (!isInstant || operator === 'co' || operator === 'sw' || operator === 'ew')
        throw refused(`${named} is an instant: compare it with one like "2026-01-31T08:00:00Z".`)
      const asked = sql`${new Date(value).toISOString()}::timestamptz`
      if (operator === 'eq') return sql<boolean>`${column} = ${asked}`
      if (operator === 'ne') return sql<boolean>`${column} <> ${asked}`
      return inOrder(column, operator, asked)
    },
  }
}

/** One of many values, each a row of a question that ends with `where` and what binds it to the resource. */
export function among(column: Column, question: (condition: Condition) => RawBuilder<unknown>): Column {
  return {
    compare: (operator, value, named) => {
      // None is other than this: as it is read for one value.
      const isNegative = operator === 'ne'
      const condition = column.compare(isNegative ? 'eq' : operator, value, named)
      const found = sql<boolean>`exists (${question(condition)})`
      return isNegative ? sql<boolean>`not ${found}` : found
    },
  }
}

function isNothing(column: RawBuilder<unknown>, operator: Operator, named: string): Condition {
  if (operator === 'eq') return sql<boolean>`${column} is null`
  if (operator === 'ne') return sql<boolean>`${column} is not null`
  throw refused(`Nothing is compared with null but by eq and ne: ${named}.`)
}

function inOrder(column: RawBuilder<unknown>, operator: Operator, asked: RawBuilder<unknown>): Condition {
  const sign = { gt: '>', ge: '>=', lt: '<', le: '<=' }[operator as 'gt' | 'ge' | 'lt' | 'le']
  return sql<boolean>`${column} ${sql.raw(sign)} ${asked}`
}

/** Which resources match a filter (RFC 7644, 3.4.2.2). @throws ScimError `invalidFilter` */
export const matching = (filter: string, columns: Columns): Condition => condition(filterOf(filter), columns, '', 0)

/** So deep a filter is no question of anybody, and its depth is that of the call stack. */
const deepest = 30

function condition(filter: Filter, columns: Columns, within: string, depth: number): Condition {
  if (depth > deepest) throw refused('The filter is nested too deep. Ask in several requests.')
  const inner = (one: Filter) => condition(one, columns, within, depth + 1)
  switch (filter.op) {
    case 'and':
    case 'or': {
      const parts = filter.filters.map(inner)
      return sql<boolean>`(${sql.join(parts, filter.op === 'and' ? sql` and ` : sql` or `)})`
    }
    case 'not':
      return sql<boolean>`not coalesce(${inner(filter.filter)}, false)`
    case '[]':
      return condition(filter.valFilter, columns, `${nameOf(filter.attrPath)}.`, depth + 1)
    default: {
      const name = `${within}${nameOf(filter.attrPath)}`
      const value = 'compValue' in filter ? filter.compValue : null
      return columnOf(columns, name, filter.attrPath).compare(filter.op, value, filter.attrPath)
    }
  }
}

function columnOf(columns: Columns, name: string, named: string): Column {
  // Of several values the one that counts is meant where none is named.
  const column = [name, `${name}.value`].flatMap((one) => (Object.hasOwn(columns, one) ? [columns[one]!] : []))[0]
  if (!column) throw refused(`${named.slice(0, 200)} cannot be asked for. The schemas say what can.`)
  return column
}

/** `?`: no attribute of ours, whatever it is. */
function nameOf(told: string): string {
  try {
    const { attribute, isOfExtension, sub } = pathOf(told)
    return `${isOfExtension ? ':' : ''}${attribute ?? '?'}${sub === undefined ? '' : `.${sub}`}`
  } catch {
    return '?'
  }
}

/** @throws ScimError `invalidValue` for what nothing is sorted by */
export function orderBy(sortBy: string, isDescending: boolean, columns: Columns): RawBuilder<unknown> {
  const name = nameOf(sortBy)
  const order = columns[name]?.order ?? columns[`${name}.value`]?.order
  if (!order) throw new ScimError(400, 'invalidValue', `Nothing is sorted by ${sortBy.slice(0, 200)}.`)
  return isDescending ? sql`${order} desc` : sql`${order}`
}
