import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import type { Problem } from '#server/problem.ts'
import { type Manifest, readManifest, refused } from './manifest.ts'
import { packageKey, type Storage } from './storage.ts'

/** R47. What a package may hold at most. */
export interface PackageLimits {
  readonly entries: number
  readonly bytes: number
  /** How many times larger a file, or all of them, may become by unpacking; small ones compress to nearly nothing. */
  readonly ratio: number
  readonly ratioFromBytes: number
}
const limits: PackageLimits = { entries: 20_000, bytes: 4 * 1024 ** 3, ratio: 100, ratioFromBytes: 1024 ** 2 }

const manifestName = 'imsmanifest.xml'
const mostManifestBytes = 10 * 1024 ** 2

/** A ZIP file that was looked through and is safe to unpack. */
export interface Package {
  readonly manifest: Manifest
  readonly bytes: number
  /** Stores every file of it under the key of the package. */
  unpack(storage: Storage, accountId: string, fileId: string): Promise<void>
  close(): void
}

/**
 * Looks a package through before anything of it is stored (R47): names, kinds, sizes, how much it becomes, and its
 * manifest. The sizes that it declares are held against what really comes out.
 *
 * @throws Problem `package_broken`, `package_unsafe`, `package_without_manifest`, `package_not_scorm`
 */
export async function openPackage(path: string, most: PackageLimits = limits): Promise<Package> {
  const zip = await open(path)
  try {
    const entries = await entriesOf(zip, most)
    const manifestEntry = entries.get(manifestName)
    if (!manifestEntry) throw withoutManifest(entries)
    if (manifestEntry.uncompressedSize > mostManifestBytes)
      throw refused('package_unsafe', 'Its manifest is larger than 10 MB.')
    const manifest = readManifest(await buffer((await contentOf(zip, manifestEntry)).bytes))
    for (const { href } of manifest.activities) {
      if (!entries.has(href))
        throw refused('package_broken', `The manifest names ${href.slice(0, 200)}, which is not in the package.`)
    }
    return {
      manifest,
      bytes: [...entries.values()].reduce((sum, entry) => sum + entry.uncompressedSize, 0),
      async unpack(storage, accountId, fileId) {
        for (const [name, entry] of entries) {
          const content = await contentOf(zip, entry)
          const key = packageKey(accountId, fileId, name)
          await storage.put(key, content.bytes, entry.uncompressedSize).catch((error: unknown) => {
            throw content.problem() ?? error
          })
        }
      },
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

function open(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(
      path,
      { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true },
      (error, zip) => (error ? reject(refused('package_broken', error.message)) : resolve(zip)),
    )
  })
}

/** The files of a package by their names, each one looked at. */
function entriesOf(zip: yauzl.ZipFile, most: PackageLimits): Promise<Map<string, yauzl.Entry>> {
  return new Promise((resolve, reject) => {
    const entries = new Map<string, yauzl.Entry>()
    const folders = new Set<string>()
    let bytes = 0
    if (zip.entryCount > most.entries) {
      reject(refused('package_unsafe', `It holds ${zip.entryCount} files; ${most.entries} are the most.`))
      return
    }
    zip.on('error', (error: Error) =>
      reject(refused(isAboutName(error) ? 'package_unsafe' : 'package_broken', `${error.message}.`)),
    )
    zip.on('end', () => resolve(entries))
    zip.on('entry', (entry: yauzl.Entry) => {
      bytes += entry.uncompressedSize
      const name = posix.normalize(entry.fileName)
      const problem = whyRefused(entry, most) ?? whyNotBeside(entry, name, entries, folders)
      if (problem) return reject(problem)
      if (bytes > most.bytes)
        return reject(refused('package_unsafe', `Unpacked it is larger than ${most.bytes / 1024 ** 2} MB.`))
      if (bytes > most.ratioFromBytes && bytes > zip.fileSize * most.ratio)
        return reject(refused('package_unsafe', `It becomes more than ${most.ratio} times larger by unpacking.`))
      if (!name.endsWith('/')) entries.set(name, entry)
      for (const folder of foldersOf(name)) folders.add(folder)
      zip.readEntry()
    })
    zip.readEntry()
  })
}

/** yauzl refuses absolute paths, `..` and backslashes by itself. */
const isAboutName = ({ message }: Error) => /path|fileName|file name/i.test(message)

const kindOfFile = 0o170000
const [folder, plainFile] = [0o040000, 0o100000]

function whyRefused(entry: yauzl.Entry, most: PackageLimits) {
  const kind = (entry.externalFileAttributes >>> 16) & kindOfFile
  if (kind !== 0 && kind !== folder && kind !== plainFile) return unsafe(entry, 'is a link or a device, not a file')
  if ((entry.generalPurposeBitFlag & 1) !== 0) return refused('package_broken', `${told(entry)} is encrypted.`)
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    return refused('package_broken', `${told(entry)} is compressed in a way that is not known here.`)
  // oxlint-disable-next-line no-control-regex -- what a name must not hold
  if (/[\u0000-\u001f]|^\.?$/.test(entry.fileName)) return unsafe(entry, 'is not a name that a file can have')
  const { uncompressedSize, compressedSize } = entry
  if (uncompressedSize > most.ratioFromBytes && uncompressedSize > compressedSize * most.ratio)
    return unsafe(entry, `becomes more than ${most.ratio} times larger by unpacking`)
  return undefined
}

/** Two files of one name, or a file where a folder stands, cannot both be stored. */
function whyNotBeside(entry: yauzl.Entry, name: string, entries: Map<string, yauzl.Entry>, folders: Set<string>) {
  if (entries.has(name)) return unsafe(entry, 'is in it twice')
  if (folders.has(name) || foldersOf(name).some((folder) => entries.has(folder)))
    return unsafe(entry, 'is a file and a folder at once')
  return undefined
}

/** `a` and `a/b` of `a/b/c`. */
const foldersOf = (name: string): string[] =>
  [...name.matchAll(/(?<=[^/])\//g)].map(({ index }) => name.slice(0, index))

const told = ({ fileName }: yauzl.Entry) => fileName.slice(0, 200)
const unsafe = (entry: yauzl.Entry, why: string) => refused('package_unsafe', `${told(entry)} ${why}.`)

function withoutManifest(entries: Map<string, yauzl.Entry>) {
  const within = [...entries.keys()].find((name) => name.endsWith(`/${manifestName}`))
  return refused(
    'package_without_manifest',
    within
      ? `It stands in the folder ${within.slice(0, -manifestName.length - 1)}. Pack what is in that folder, without the folder itself.`
      : 'It is no SCORM package.',
  )
}

/** What an entry holds, while it is unpacked. */
interface Content {
  readonly bytes: Readable
  /** What was wrong with it. A storage may tell of its own failure only. */
  problem(): Problem | undefined
}

/** Unpacks an entry, and holds what comes out against what was declared: how much it is, and its checksum. */
async function contentOf(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Content> {
  let problem: Problem | undefined
  const broken = (message: string) => (problem = refused('package_broken', `${told(entry)}: ${message}.`))
  async function* checked(source: Readable): AsyncGenerator<Buffer> {
    let sum = 0
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        sum = crc32(chunk, sum)
        yield chunk
      }
    } catch (error) {
      throw broken((error as Error).message)
    }
    if (sum !== entry.crc32) throw broken('its content is damaged')
  }
  const source = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(broken(error.message)) : resolve(stream)))
  })
  // yauzl tells its errors once more after the reading has ended; unheard they would end this process.
  source.on('error', (error: Error) => (problem ??= broken(error.message)))
  return { bytes: Readable.from(checked(source), { objectMode: false }), problem: () => problem }
}
