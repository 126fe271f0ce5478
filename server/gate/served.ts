import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What an endpoint that answers a file hands to the gate. */
export interface Served {
  readonly mediaType: string
  /** What it is called when it is saved. */
  readonly name: string
  /** `inline` only for what cannot act in a page: pictures, sound, films, PDF. */
  readonly disposition: 'inline' | 'attachment'
  /** Null: not known before it is at its end; then no part of it can be asked for. */
  readonly bytes: number | null
  /** All of it, or the bytes from `start` to `end`, both included. */
  open(range?: { start: number; end: number }): Readable | Promise<Readable>
}

/** Sends a file, or the one part of it that was asked for (RFC 9110, Range), so that films can be wound. */
export async function sendServed(served: Served, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { bytes } = served
  reply
    .type(served.mediaType)
    .header('cache-control', 'private, no-store')
    .header('content-disposition', `${served.disposition}; filename*=UTF-8''${encodeURIComponent(served.name)}`)
  if (bytes !== null) reply.header('accept-ranges', 'bytes')
  const range = bytes === null ? undefined : rangeOf(request.headers.range, bytes)
  if (range === 'none') return reply.code(416).header('content-range', `bytes */${bytes}`).send()
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${bytes}`)
  if (bytes !== null) reply.header('content-length', String(range ? range.end - range.start + 1 : bytes))
  return reply.send(request.method === 'HEAD' ? Readable.from([]) : await served.open(range))
}

/** The part asked for. Undefined: all of it, also where several were asked for. `none`: there is no such part. */
function rangeOf(header: string | undefined, bytes: number): { start: number; end: number } | 'none' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (!first && !last)) return undefined
  const start = first ? Number(first) : Math.max(bytes - Number(last), 0)
  const end = first && last ? Math.min(Number(last), bytes - 1) : bytes - 1
  return start > end ? 'none' : { start, end }
}
