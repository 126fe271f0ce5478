import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type FileKind, finishUpload, type StoredFile } from '#contract/courses.ts'
import { anAccount, aPerson, app, config, type Person, store } from './account.ts'
import { type Reply, sendRaw } from './send.ts'

/** The port at which uploads are taken. */
export const uploadPort = (app.server.address() as AddressInfo).port

const metadata = (told: Record<string, string>) =>
  Object.entries(told)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')

/** What every request of an upload bears. */
export const headersOf = (person: Person): Record<string, string> => ({
  host: person.host,
  'tus-resumable': '1.0.0',
  ...(person.token && { cookie: `session=${person.token}` }),
})

/** Announces a file. */
export const announce = (
  person: Person,
  {
    kind,
    bytes,
    name = 'file',
    more = {},
  }: { kind: string; bytes: number; name?: string; more?: Record<string, string> },
): Promise<Reply> =>
  sendRaw(uploadPort, 'POST', '/api/v1/uploads', {
    ...headersOf(person),
    'upload-length': String(bytes),
    'upload-metadata': metadata({ filename: name, kind }),
    ...more,
  })

/** Sends a part of it. */
export const sendPart = (person: Person, location: string, offset: number, part: Buffer): Promise<Reply> =>
  sendRaw(
    uploadPort,
    'PATCH',
    location,
    {
      ...headersOf(person),
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      'content-length': String(part.length),
    },
    part,
  )

/** Sends a whole file. @returns the id of the upload, which has to be finished */
export async function send(person: Person, kind: FileKind, content: Buffer, name = 'file'): Promise<string> {
  const { status, headers, body } = await announce(person, { kind, bytes: content.length, name })
  const location = headers['location']
  if (status !== 201 || typeof location !== 'string')
    throw new Error(`The upload was answered ${status}: ${String(body)}`)
  if (content.length > 0) {
    const sent = await sendPart(person, location, 0, content)
    if (sent.status !== 204) throw new Error(`The upload was answered ${sent.status}: ${String(sent.body)}`)
  }
  return location.split('/').at(-1)!
}

/** Uploads a file and keeps it. */
export async function upload(
  person: Person,
  kind: FileKind,
  content: Buffer,
  name = `${randomUUID()}.bin`,
): Promise<StoredFile> {
  return person.call(finishUpload, { uploadId: await send(person, kind, content, name), kind })
}

/** Where uploads are that are under way. */
export const uploadsFolder = join(config.dataDirectory, 'uploads')
export const underWay = (): string[] => readdirSync(uploadsFolder)

/** An account with an author. */
export async function withAuthor() {
  const account = await anAccount()
  const author = await aPerson(account.accountId, 'author')
  return { ...account, author }
}

/** What is kept of an account: rows, and what lies in the storage. */
export async function keptOf(accountId: string) {
  const rows = await store.selectFrom('files').select(['id', 'kind']).where('accountId', '=', accountId).execute()
  const place = join(config.dataDirectory, 'files', accountId)
  return { rows, stored: existsSync(place) ? readdirSync(place) : [] }
}

/** Asks for how far an upload is, or takes it back. */
export const ask = (person: Person, method: string, location: string) =>
  sendRaw(uploadPort, method, location, headersOf(person))
/** How much of it has arrived. */
export const offsetOf = async (person: Person, location: string) =>
  Number((await ask(person, 'HEAD', location)).headers['upload-offset'])

/** Announces a file. @returns the address of its upload */
export async function begun(person: Person, kind: FileKind, content: Buffer): Promise<string> {
  const { headers } = await announce(person, { kind, bytes: content.length, name: 'Über uns.bin' })
  return headers['location'] as string
}
export const idOf = (location: string) => location.split('/').at(-1)!
