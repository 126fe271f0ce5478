import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { Certificate, getCertificate, listMyCertificates, verifyCertificate } from '#contract/portal.ts'
import { allows } from '#contract/roles.ts'
import type { Config } from '#server/config.ts'
import type { Visit } from '#server/gate/gate.ts'
import { ownHost, pagesOrigin } from '#server/gate/pages-origin.ts'
import type { Served } from '#server/gate/served.ts'
import { type Work, workFor } from '#server/gate/work.ts'
import { inReach } from '#server/lifecycle/selection.ts'
import { Problem } from '#server/problem.ts'
import { countVisit } from '#server/sign-in/attempts.ts'
import { accountAt } from '#server/sign-in/sign-in.ts'
import { certificatePdf } from './certificate-pdf.ts'

const columns: RawBuilder<unknown> = sql`
  z.id, z.code, z.course_title, z.person_name, z.issued_on, z.expires_on,
  z.expires_on is null or z.expires_on >= today_in(a.time_zone) as is_valid`

/** A code as somebody typed it: see `new_code()` in the schema. */
const readCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
    .replaceAll(/(.{4})(?!$)/g, '$1-')

/** My certificates, the newest first. */
export async function myCertificates({ db, accountId, actor }: Work): Promise<Answer<typeof listMyCertificates>> {
  const { rows } = await sql<Certificate>`
    select ${columns} from certificates as z join accounts as a on a.id = z.account_id
    where z.account_id = ${accountId} and z.user_id = ${actor.id} order by z.issued_on desc, z.id desc
  `.execute(db)
  return { items: rows }
}

/** A certificate as PDF: one's own, or of somebody whom one may see. `origin`: where they found us. @throws Problem `not_found` */
export async function certificateFile(
  work: Work,
  { certificateId }: Input<typeof getCertificate>,
  { config, origin }: { config: Config; origin: string },
): Promise<Served> {
  const { db, accountId, actor } = work
  const seesPeople = actor.id !== null && allows('people', actor.role)
  const { rows } = await sql<Certificate & { accountName: string; host: string | null }>`
    select ${columns}, a.name as account_name, ${ownHost(config)} as host from certificates as z
    join accounts as a on a.id = z.account_id
    join profiles as p on p.account_id = z.account_id and p.user_id = z.user_id
    where z.account_id = ${accountId} and z.id = ${certificateId} and (z.user_id = ${actor.id} or (${seesPeople} and ${inReach(work)}))
  `.execute(db)
  const found = rows[0]
  if (!found) throw new Problem('not_found')
  return {
    mediaType: 'application/pdf',
    name: `${found.courseTitle} - ${found.personName}.pdf`,
    disposition: 'inline',
    bytes: null,
    open: () => {
      const verifyUrl = `${pagesOrigin(config, found.host) ?? origin}/verify?code=${found.code}`
      return certificatePdf({ ...found, verifyUrl })
    },
  }
}

/**
 * Whether a certificate is genuine and still valid, for whoever has its code: employers ask years later, when its
 * person is long inactive. It tells what stands on the certificate, and nothing else of them.
 *
 * @throws Problem `no_such_certificate`, `no_account_here`, `too_many_attempts`
 */
export async function verify(
  { database, host, address }: Visit,
  { code }: Input<typeof verifyCertificate>,
): Promise<Answer<typeof verifyCertificate>> {
  const accountId = await accountAt(database, host)
  if (!accountId) throw new Problem('no_account_here')
  const refused = await workFor(database, accountId, 'clock', (work) => countVisit(work, address))
  if (refused) throw refused
  return workFor(database, accountId, 'clock', async ({ db }) => {
    const { rows } = await sql<Certificate & { accountName: string }>`
      select ${columns}, a.name as account_name from certificates as z join accounts as a on a.id = z.account_id
      where z.account_id = ${accountId} and z.code = ${readCode(code)}
    `.execute(db)
    if (!rows[0]) throw new Problem('no_such_certificate')
    const { accountName, id: _, ...certificate } = rows[0]
    return { accountName, certificate }
  })
}
