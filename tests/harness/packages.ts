import { buffer } from 'node:stream/consumers'
import yazl from 'yazl'

/** A file within a ZIP file. */
export interface Entry {
  readonly name: string
  readonly content: string | Buffer
  /** As of Unix: what kind of file it is. */
  readonly mode?: number
}

interface PackageTold {
  readonly version?: '1.2' | '2004'
  /** As it stands in the manifest. */
  readonly schemaVersion?: string
  /** Each is a page of its own, which the manifest names in this order. */
  readonly activities?: readonly string[]
  /** Instead of the manifest that belongs to it; null: none. */
  readonly manifest?: string | Buffer | null
  readonly files?: readonly Entry[]
}

/** A SCORM package whose pages really speak SCORM, and nothing else. */
export function aPackage({
  version = '2004',
  schemaVersion = version === '1.2' ? '1.2' : '2004 4th Edition',
  activities = ['The only one'],
  manifest = aManifest({ schemaVersion, activities }),
  files = [],
}: PackageTold = {}): Promise<Buffer> {
  return zipOf([
    ...(manifest === null ? [] : [{ name: 'imsmanifest.xml', content: manifest }]),
    ...activities.map((title, place) => ({ name: `activity-${place + 1}.html`, content: aPage(title) })),
    ...files,
  ])
}

/** A manifest of SCORM 1.2 or 2004. */
export function aManifest({
  schemaVersion = '2004 4th Edition',
  activities = ['The only one'] as readonly string[],
  encoding = 'UTF-8',
} = {}): string {
  const is12 = schemaVersion === '1.2'
  const [packaging, adl, kind] = is12
    ? ['http://www.imsproject.org/xsd/imscp_rootv1p1p2', 'http://www.adlnet.org/xsd/adlcp_rootv1p2', 'scormtype']
    : ['http://www.imsglobal.org/xsd/imscp_v1p1', 'http://www.adlnet.org/xsd/adlcp_v1p3', 'scormType']
  return `<?xml version="1.0" encoding="${encoding}"?>
<manifest identifier="test" xmlns="${packaging}" xmlns:adlcp="${adl}">
  <metadata><schema>ADL SCORM</schema><schemaversion>${schemaVersion}</schemaversion></metadata>
  <organizations default="course"><organization identifier="course"><title>A package</title>
    ${activities.map((title, n) => `<item identifier="item-${n + 1}" identifierref="page-${n + 1}"><title>${title}</title></item>`).join('\n    ')}
  </organization></organizations>
  <resources>
    ${activities.map((_, n) => `<resource identifier="page-${n + 1}" type="webcontent" adlcp:${kind}="sco" href="activity-${n + 1}.html"/>`).join('\n    ')}
  </resources>
</manifest>`
}

/**
 * A page that finds the API of either version, shows where it was left, and has two buttons: each answer is one
 * interaction and is kept; Finish gives a score of 80 of 100 and passes.
 */
const aPage = (title: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<h1>${title}</h1>
<p>Learner: <output id="learner"></output></p>
<p>Location: <output id="location"></output></p>
<p>Answers kept: <output id="kept"></output></p>
<p>Status: <output id="status"></output></p>
<button id="answer">Answer</button>
<button id="finish">Finish</button>
<script>
const find = (name) => {
  for (let at = window; ; at = at.parent) {
    if (at[name]) return at[name]
    if (at.parent === at) return at.opener ? at.opener[name] : undefined
  }
}
const newer = find('API_1484_11')
const older = newer ? undefined : find('API')
const get = (name) => newer ? newer.GetValue(name) : older.LMSGetValue(name)
const set = (name, value) => newer ? newer.SetValue(name, String(value)) : older.LMSSetValue(name, String(value))
const commit = () => newer ? newer.Commit('') : older.LMSCommit('')
const names = newer
  ? { learner: 'cmi.learner_name', location: 'cmi.location', status: 'cmi.completion_status', score: 'cmi.score.', exit: 'cmi.exit', time: 'cmi.session_time', response: 'learner_response' }
  : { learner: 'cmi.core.student_name', location: 'cmi.core.lesson_location', status: 'cmi.core.lesson_status', score: 'cmi.core.score.', exit: 'cmi.core.exit', time: 'cmi.core.session_time', response: 'student_response' }
const part = (id) => document.getElementById(id)
const show = () => {
  part('learner').textContent = get(names.learner)
  part('location').textContent = get(names.location) || 'beginning'
  part('kept').textContent = get('cmi.suspend_data') || '0'
  part('status').textContent = get(names.status)
}
newer ? newer.Initialize('') : older.LMSInitialize('')
show()
part('answer').onclick = () => {
  const count = Number(get('cmi.suspend_data') || 0) + 1
  const at = 'cmi.interactions.' + (get('cmi.interactions._count') || 0) + '.'
  set(at + 'id', 'question-' + count)
  set(at + 'type', 'choice')
  set(at + names.response, 'a')
  set(at + 'result', 'correct')
  set('cmi.suspend_data', count)
  set(names.location, 'page-' + count)
  set(names.status, 'incomplete')
  commit()
  show()
}
part('finish').onclick = () => {
  set(names.score + 'min', 0)
  set(names.score + 'max', 100)
  set(names.score + 'raw', 80)
  if (newer) {
    set('cmi.score.scaled', 0.8)
    set('cmi.success_status', 'passed')
  }
  set(names.status, newer ? 'completed' : 'passed')
  commit()
  show()
}
addEventListener('pagehide', () => {
  set(names.exit, 'suspend')
  set(names.time, newer ? 'PT5S' : '0000:00:05')
  newer ? newer.Terminate('') : older.LMSFinish('')
})
</script>
</body>
</html>`

/** A ZIP file of these, in their order. */
export function zipOf(entries: readonly Entry[]): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const { name, content, mode = 0o100644 } of entries) zip.addBuffer(Buffer.from(content), name, { mode })
  zip.end()
  return buffer(zip.outputStream)
}

/** Writes another name, of the same length, wherever the one stands: what no honest packer writes. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error('The names have to be of one length.')
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1')
}

const places = { flags: [8, 2], method: [10, 2], crc32: [16, 4], uncompressedSize: [24, 4] } as const

/** Writes something else into what the directory of a ZIP file tells of an entry. */
export function retold(zip: Buffer, name: string, of: keyof typeof places, value: number): Buffer {
  const changed = Buffer.from(zip)
  const header = 46
  for (
    let at = changed.indexOf('PK\x01\x02', 0, 'latin1');
    at !== -1;
    at = changed.indexOf('PK\x01\x02', at + 1, 'latin1')
  ) {
    if (changed.subarray(at + header, at + header + name.length).toString() !== name) continue
    const [offset, bytes] = places[of]
    changed.writeUIntLE(value, at + offset, bytes)
    return changed
  }
  throw new Error(`There is no ${name} in it.`)
}

/** Files that say what they are called. */
export const pages = (...names: string[]): Entry[] => names.map((name) => ({ name, content: `This is ${name}.` }))

/** A package of this manifest and of such files. */
export const withPages = (manifest: string | Buffer, ...names: string[]): Promise<Buffer> =>
  zipOf([{ name: 'imsmanifest.xml', content: manifest }, ...pages(...names)])

/** An item of a manifest. */
export const item = (id: string, resource: string): string =>
  `<item identifier="${id}" identifierref="${resource}"><title>${id}</title></item>`
