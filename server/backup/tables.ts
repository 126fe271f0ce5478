import type { Connection } from '#server/db/database.ts'

/**
 * What a backup leaves out: whatever lets somebody in, or is over in a moment. After a restore everybody signs in anew,
 * and no link that was mailed and no token that was made before opens anything: it may have been ended since (R50).
 */
const leftOut = [
  'migrations',
  'sessions',
  'api_tokens',
  'links',
  'launches',
  'sign_in_attempts',
  'sign_in_flows',
  'sign_in_steps',
  'passkey_challenges',
  'logout_tokens',
  'idempotency_keys',
  'setup_links',
]

export interface Table {
  readonly name: string
  /** Those that hold something of their own, as they are written in SQL. */
  readonly columns: string
  /** What a backup takes of them. */
  readonly contents: string
}

/** Mail that was kept holds links that are good where the backup is made. */
const bodyOfMail = String.raw`regexp_replace(body, '(token=)[\w-]+', '\1…', 'g')`

/** The tables that a backup holds, each after those that it refers to. */
export async function tablesOf(connection: Connection): Promise<Table[]> {
  const { rows } = await connection.query<Table & { needs: string[] }>(
    `
    select c.relname as name,
      (select string_agg(format('%I', a.attname), ', ' order by a.attnum) from pg_attribute as a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select string_agg(case when c.relname = 'mails' and a.attname = 'body' then $2 else format('%I', a.attname) end, ', ' order by a.attnum)
       from pg_attribute as a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as contents,
      array(select distinct there.relname::text from pg_constraint as k join pg_class as there on there.oid = k.confrelid
            where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
    from pg_class as c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all($1)
    order by c.relname`,
    [leftOut, bodyOfMail],
  )
  const ordered: typeof rows = []
  while (ordered.length < rows.length) {
    const has = (name: string) => ordered.some((table) => table.name === name)
    const next = rows.filter(({ name, needs }) => !has(name) && needs.every((needed) => has(needed)))
    if (next.length === 0)
      throw new Error('Two tables refer to each other: they cannot be restored one after the other.')
    ordered.push(...next)
  }
  return ordered
}

/** What an archive says of itself. */
export interface Manifest {
  readonly format: 'rollcall-backup-1'
  readonly madeAt: string
  /** The migrations of its schema, by name, with what they were. */
  readonly schema: Record<string, string>
  /** How many rows each table has. */
  readonly rows: Record<string, number>
  readonly files: number
}

export async function schemaOf(connection: Connection): Promise<Record<string, string>> {
  const { rows } = await connection.query<{ name: string; sha256: string }>(
    'select name, sha256 from migrations order by name',
  )
  return Object.fromEntries(rows.map(({ name, sha256 }) => [name, sha256]))
}
