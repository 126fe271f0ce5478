import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import yauzl from 'yauzl'
import { type Manifest, readManifest, refused } from './manifest.ts'
import { packageKey, type Storage } from './storage.ts'

/** R47. What a package may hold at most. */
export interface PackageLimits {
  readonly entries: number
  readonly bytes: number
  /** How many times larger a file may become by unpacking; small ones compress to nearly nothing. */
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
    const manifest = readManifest(await buffer(await contentOf(zip, manifestEntry)))
    for (const { href } of manifest.activities) {
      if (!entries.has(href))
        throw refused('package_broken', `The manifest names ${href.slice(0, 200)}, which is not in the package.`)
    }
    return {
      manifest,
      bytes: [...entries.values()].reduce((sum, entry) => sum + entry.uncompressedSize, 0),
      async unpack(storage, accountId, fileId) {
        for (const [name, entry] of entries)
          await storage.put(packageKey(accountId, fileId, name), await contentOf(zip, entry))
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
    let bytes = 0
    if (zip.entryCount > most.entries) {
      reject(refused('package_unsafe', `It holds ${zip.entryCount} files; ${most.entries} are the most.`))
      return
    }
    zip.on('error', (error: Error) =>
      reject(refused(isAboutName(error) ? 'package_unsafe' : 'package_broken', error.message)),
    )
    zip.on('end', () => resolve(entries))
    zip.on('entry', (entry: yauzl.Entry) => {
      bytes += entry.uncompressedSize
      const problem =
        whyRefused(entry, most) ?? (entries.has(entry.fileName) ? unsafe(entry, 'is in it twice') : undefined)
      if (problem) return reject(problem)
      if (bytes > most.bytes)
        return reject(refused('package_unsafe', `Unpacked it is larger than ${most.bytes / 1024 ** 2} MB.`))
      if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry)
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
  if (/[\u0000-\u001f]/.test(entry.fileName)) return unsafe(entry, 'has control characters in its name')
  const { uncompressedSize, compressedSize } = entry
  if (uncompressedSize > most.ratioFromBytes && uncompressedSize > compressedSize * most.ratio)
    return unsafe(entry, `becomes more than ${most.ratio} times larger by unpacking`)
  return undefined
}

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

function contentOf(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) =>
      error ? reject(refused('package_broken', error.message)) : resolve(stream),
    )
  })
}
