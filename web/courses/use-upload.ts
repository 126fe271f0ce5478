import { type RefObject, useEffect, useRef, useState } from 'react'
import { type Sent, type Upload, upload, type UploadStanding } from './upload.ts'

interface Uploading {
  /** Null: nothing is being sent. */
  readonly standing: UploadStanding | null
  readonly name: string
  readonly error: unknown
  begin(source: File): void
  pause(): void
  resume(): void
  cancel(): void
  /** Something was wrong with a file before it was sent. */
  refuse(error: unknown): void
}

interface Running {
  upload: Upload<unknown> | null
  isOver: boolean
}

function end(running: RefObject<Running | null>): void {
  if (!running.current) return
  running.current.isOver = true
  running.current.upload?.cancel()
  running.current = null
}

/** One upload of a field. It ends when the field goes. */
export function useUpload<Kept>(sent: Sent<Kept>, onDone: (kept: Kept) => void): Uploading {
  const [standing, setStanding] = useState<UploadStanding | null>(null)
  const [name, setName] = useState('')
  const [error, setError] = useState<unknown>(null)
  const running = useRef<Running | null>(null)
  const done = useRef(onDone)
  useEffect(() => {
    done.current = onDone
  }, [onDone])

  useEffect(() => () => end(running), [])

  async function send(source: File): Promise<void> {
    end(running)
    const mine: Running = { upload: null, isOver: false }
    running.current = mine
    setError(null)
    setName(source.name)
    setStanding({ state: 'sending', sent: 0, bytes: source.size })
    try {
      const begun = await upload(source, sent, (next) => mine.isOver || setStanding(next))
      mine.upload = begun
      if (mine.isOver) {
        begun.cancel()
        return
      }
      const file = await begun.file
      if (!mine.isOver) done.current(file)
    } catch (refusal) {
      if (!mine.isOver) setError(refusal)
    } finally {
      if (!mine.isOver) {
        running.current = null
        setStanding(null)
      }
    }
  }

  return {
    standing,
    name,
    error,
    begin: (source) => void send(source),
    pause: () => running.current?.upload?.pause(),
    resume: () => running.current?.upload?.resume(),
    cancel: () => {
      end(running)
      setStanding(null)
    },
    refuse: setError,
  }
}
