import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll } from 'vitest'
import { openPackage, type PackageLimits } from '#server/files/package.ts'
import { openStorage, packageKey } from '#server/files/storage.ts'
import type { Problem } from '#server/problem.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-packages-'))
const storage = await openStorage({ dataDirectory: folder, s3: undefined })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const onDisk = (content: Buffer): string => {
  const path = join(folder, `${files++}.zip`)
  writeFileSync(path, content)
  return path
}

/** Looks a package through and stores all of it. @returns what its manifest says, and its files as they are stored */
export async function unpacked(content: Buffer, most?: PackageLimits) {
  const found = await openPackage(onDisk(content), most)
  const id = String(files++)
  try {
    await found.unpack(storage, 'account', id)
  } finally {
    found.close()
  }
  return {
    manifest: found.manifest,
    bytes: found.bytes,
    read: async (name: string) => text(await storage.open(packageKey('account', id, name))),
    names: readdirSync(join(folder, 'files', 'account', id), { recursive: true }),
  }
}

/** The problem's code and what it says is wrong. A package that is taken fails the test. */
export async function whyRefused(content: Buffer, most?: PackageLimits): Promise<[string, string]> {
  const problem = await unpacked(content, most).then(
    () => {
      throw new Error('The package was not refused.')
    },
    (error: unknown) => error as Problem,
  )
  const [where] = (problem.details?.['where'] ?? []) as { at: string; message: string }[]
  if (where?.at !== 'file') throw problem
  return [problem.code, where.message]
}

/** What does not become smaller by packing. */
export const noise = (length: number): Buffer => randomBytes(length)
