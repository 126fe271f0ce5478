import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Door } from '#client/call.ts'
import { refusedBy, unreachable } from '#client/refused.ts'
import { Mistake, type Progress } from './shell.ts'

const chunkBytes = 4 * 1024 ** 2
const retryMs = [0, 1_000, 3_000, 5_000]

/**
 * Sends a file of people, piece by piece; after a connection that broke it goes on where it was. @returns the id of the upload
 *
 * @throws Mistake when there is no such file; Refused
 */
export async function uploadPeople({ url, token }: Door, path: string, progress: Progress): Promise<string> {
  const { size } = await stat(path).catch((error: Error) => {
    throw new Mistake(`${path} cannot be read: ${error.message}.`)
  })
  // Half a second of loading that no other command needs.
  const { Upload, DetailedError } = await import('tus-js-client')
  const sent = await new Promise<string>((resolve, reject) => {
    const upload = new Upload(createReadStream(path), {
      endpoint: new URL('/api/v1/uploads', url).href,
      headers: { authorization: `Bearer ${token}` },
      uploadSize: size,
      chunkSize: chunkBytes,
      retryDelays: retryMs,
      storeFingerprintForResuming: false,
      metadata: { filename: basename(path), kind: 'people' },
      onProgress: (done) => progress(done, size),
      onSuccess: () => resolve(upload.url!),
      onError: reject,
    })
    upload.start()
  }).catch(async (error: unknown) => {
    const response = error instanceof DetailedError ? error.originalResponse : null
    if (!response) throw unreachable(error, url)
    throw await refusedBy(new Response(response.getBody(), { status: response.getStatus() }))
  })
  return sent.split('/').at(-1)!
}
