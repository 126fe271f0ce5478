import { type FileKind, finishUpload, type StoredFile } from '#contract/courses.ts'
import { getMe } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { Refused, refusedBy } from '#web/api/refused.ts'

/** How far an upload is. `waiting`: the connection is lost, and it goes on by itself. */
export interface UploadStanding {
  readonly state: 'sending' | 'paused' | 'waiting' | 'checking'
  readonly sent: number
  readonly bytes: number
}

/** What is sent, and what the server makes of it when it is complete. */
export interface Sent<Kept> {
  readonly kind: string
  readonly finish: (uploadId: string) => Promise<Kept>
}

/** A file of a course. */
export const fileOf = (kind: FileKind): Sent<StoredFile> => ({
  kind,
  finish: (uploadId) => call(finishUpload, { uploadId, kind }),
})

/** An upload under way. */
export interface Upload<Kept> {
  /** What was made of it; never settled when it was cancelled. @throws Refused */
  readonly file: Promise<Kept>
  pause(): void
  resume(): void
  /** Ends it, and takes back what was sent. */
  cancel(): void
}

const chunkBytes = 2 * 1024 ** 2
const retryMs = [0, 1000, 3000]
const waitMs = 10_000
/** No answer, or one that means: not now. */
const passing = new Set([0, 409, 423, 429, 502, 503, 504])

/**
 * Sends a file piece by piece. After a lost connection, a pause or a reload of the page with the same file, it goes on
 * where it was.
 */
export async function upload<Kept>(
  source: File,
  { kind, finish: keep }: Sent<Kept>,
  onStanding: (standing: UploadStanding) => void,
): Promise<Upload<Kept>> {
  // As large as it is, nobody needs it before they send a file.
  const { Upload: Sending, DetailedError } = await import('tus-js-client')
  const bytes = source.size
  let sent = 0
  // What the server has. More than that may be under way, and is lost when it is broken off.
  let stored = 0
  const tell = (state: UploadStanding['state']): void => onStanding({ state, sent, bytes })
  const { promise, resolve, reject } = Promise.withResolvers<Kept>()

  let wait: ReturnType<typeof setTimeout> | undefined
  const waitNoMore = (): void => {
    clearTimeout(wait)
    globalThis.removeEventListener('online', goOn)
  }
  const goOn = (): void => {
    waitNoMore()
    tell('sending')
    sending.start()
  }
  const goOnLater = (): void => {
    sent = stored
    tell('waiting')
    globalThis.addEventListener('online', goOn)
    wait = setTimeout(goOn, waitMs)
  }
  async function finish(uploadId: string): Promise<void> {
    try {
      resolve(await keep(uploadId))
    } catch (error) {
      if (error instanceof Refused && error.code === 'unavailable') goOnLater()
      else reject(error)
    }
  }
  async function refuse(status: number, body: string): Promise<void> {
    reject(await refusalOf(status, body))
  }
  const sending = new Sending(source, {
    endpoint: '/api/v1/uploads',
    chunkSize: chunkBytes,
    retryDelays: retryMs,
    metadata: { filename: source.name, kind },
    removeFingerprintOnSuccess: true,
    fingerprint: async (file) => ['rollcall', kind, file.name, file.size, file.lastModified].join('/'),
    onProgress: (now) => {
      sent = now
      tell('sending')
    },
    onChunkComplete: (_, now) => {
      stored = now
    },
    onShouldRetry: ({ originalResponse }) => passing.has(originalResponse?.getStatus() ?? 0),
    onError: (error) => {
      const response = error instanceof DetailedError ? error.originalResponse : null
      if (response && !passing.has(response.getStatus())) {
        void refuse(response.getStatus(), response.getBody())
        return
      }
      goOnLater()
    },
    onSuccess: () => {
      sent = bytes
      tell('checking')
      void finish(sending.url!.split('/').at(-1)!)
    },
  })

  const [earlier] = await sending.findPreviousUploads()
  if (earlier) sending.resumeFromPreviousUpload(earlier)
  goOn()
  return {
    file: promise,
    pause: () => {
      waitNoMore()
      sent = stored
      void sending.abort().then(() => tell('paused'))
    },
    resume: goOn,
    cancel: () => {
      waitNoMore()
      // What cannot be taken back now is removed by the server after a day.
      sending.abort(true).catch(() => {})
    },
  }
}

/** A refusal of the upload in the words of its problem. Whose access has ended is told so by the shell. */
async function refusalOf(status: number, body: string): Promise<Refused> {
  const refused = await refusedBy(new Response(body, { status }))
  if (status === 401) await call(getMe, {}).catch(() => {})
  return refused
}
