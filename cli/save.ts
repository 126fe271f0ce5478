import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { unreachable } from '#client/refused.ts'

/** Writes a file as it comes, never whole in memory: under its name when all of it is there, or not at all. */
export async function save({ body, url }: Response, output?: string): Promise<void> {
  const read = Readable.fromWeb(body!)
  if (output === undefined) return pipeline(read, process.stdout)
  const part = `${output}.part`
  try {
    await pipeline(read, createWriteStream(part))
    await rename(part, output)
  } catch (error) {
    await rm(part, { force: true })
    // Of the file system, or of a connection that broke.
    throw (error as { syscall?: string }).syscall === undefined ? unreachable(error, new URL(url).origin) : error
  }
}
