import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'

/** Crockford's letters and digits: none that is taken for another. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 80 random bits: nobody finds a certificate by trying. */
const newCode = (): string =>
  [...randomBytes(16)]
    .map((byte) => letters[byte & 31])
    .join('')
    .replaceAll(/(.{4})(?!$)/g, '$1-')

/** A code as somebody typed it. */
export const readCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
    .replaceAll(/(.{4})(?!$)/g, '$1-')

/** Gives the certificates of completed enrollments whose course gives one: each once, with the names of that day. */
export async function issueCertificates({ db, accountId }: Work, enrollmentIds: readonly string[]): Promise<void> {
  if (enrollmentIds.length === 0) return
  const codes = enrollmentIds.map(newCode)
  await sql`
    with issued as (
      insert into certificates (account_id, enrollment_id, user_id, course_id, code, person_name, course_title, issued_on, expires_on)
      select e.account_id, e.id, e.user_id, c.id, told.code, p.first_name || ' ' || p.last_name, c.title, today_in(a.time_zone),
        (today_in(a.time_zone) + make_interval(months => c.certificate_months))::date
      from unnest(${enrollmentIds}::uuid[], ${codes}::text[]) as told (enrollment_id, code)
      join enrollments as e on e.account_id = ${accountId} and e.id = told.enrollment_id and e.completed_at is not null
      join courses as c on c.account_id = e.account_id and c.id = e.course_id and c.gives_certificate
      join profiles as p on p.account_id = e.account_id and p.user_id = e.user_id
      join accounts as a on a.id = e.account_id
      on conflict (account_id, enrollment_id) do nothing
      returning id, user_id, course_id
    )
    insert into mails (account_id, user_id, kind, about)
    select ${accountId}, user_id, 'certificate', jsonb_build_object('certificateId', id, 'courseId', course_id) from issued
  `.execute(db)
}
