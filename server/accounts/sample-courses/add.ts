import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import yazl from 'yazl'
import type { Course, FileKind, ModuleContent } from '#contract/courses.ts'
import { changeState } from '#server/courses/change-state.ts'
import { add, edit } from '#server/courses/edit.ts'
import * as modules from '#server/courses/modules.ts'
import * as sections from '#server/courses/sections.ts'
import { insertFile, store } from '#server/files/finish-upload.ts'
import type { Storage } from '#server/files/storage.ts'
import type { Work } from '#server/gate/work.ts'
import { type SampleCourse, type SampleModule, type SampleQuestion, sampleCourses } from './courses.ts'
import { pageOf } from './page.ts'

const here = import.meta.dirname

/** Makes the courses of the sample as an author would: with files that are looked into like any other. */
export async function addSampleCourses(work: Work, storage: Storage): Promise<Course[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-samples-'))
  try {
    const courses: Course[] = []
    for (const told of sampleCourses) courses.push(await addCourse(work, told, new Files(work, storage, folder)))
    return courses
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function addCourse(work: Work, told: SampleCourse, files: Files): Promise<Course> {
  const { title, description, givesCertificate, certificateMonths } = told
  let course = await add(work, { title, description })
  const courseId = course.id
  for (const [place, section] of told.sections.entries()) {
    course =
      place === 0
        ? await sections.rename(work, { courseId, sectionId: course.sections[0]!.id, title: section.title })
        : await sections.add(work, { courseId, title: section.title })
    const sectionId = course.sections[place]!.id
    for (const module of section.modules) {
      const content = await contentOf(module, files)
      const isRequired = module.kind !== 'link'
      course = await modules.add(work, { courseId, sectionId, title: module.title, isRequired, content })
    }
  }
  const coverFileId = await files.keep('image', told.cover, join(here, 'covers', told.cover))
  await edit(work, { courseId, version: course.version, coverFileId, givesCertificate, certificateMonths })
  return changeState(work, { courseId, state: 'published' })
}

async function contentOf(module: SampleModule, files: Files): Promise<ModuleContent> {
  switch (module.kind) {
    case 'page':
      return { kind: 'page', document: pageOf(module.lines) }
    case 'link':
      return { kind: 'link', url: module.url }
    case 'document':
      return { kind: 'document', fileId: await files.keepPdf(module.name, module.lines) }
    case 'scorm':
      return { kind: 'scorm', fileId: await files.keepPackage(module.folder) }
    case 'quiz': {
      const { passMark, mostAttempts, questions } = module
      return { kind: 'quiz', quiz: { passMark, mostAttempts, questions: questions.map(questionOf) } }
    }
  }
}

function questionOf({ text, choices = [], accepted = [] }: SampleQuestion, place: number) {
  const told = choices.map((choice, at) => ({
    id: `a${at + 1}`,
    text: choice.replace(/^\*/, ''),
    isRight: choice.startsWith('*'),
  }))
  const right = told.filter((choice) => choice.isRight).length
  const kind = told.length === 0 ? ('text' as const) : right > 1 ? ('multiple' as const) : ('single' as const)
  return { id: `q${place + 1}`, kind, text, choices: told, accepted: [...accepted] }
}

/** Keeps files of this machine's disk as files of the account. */
class Files {
  readonly #work: Work
  readonly #storage: Storage
  readonly #folder: string

  constructor(work: Work, storage: Storage, folder: string) {
    this.#work = work
    this.#storage = storage
    this.#folder = folder
  }

  async keep(kind: FileKind, name: string, path: string): Promise<string> {
    const { accountId } = this.#work
    const fileId = randomUUID()
    const { size: bytes } = await stat(path)
    const stored = await store({ path, name, bytes, kind, fileId, accountId }, this.#storage, this.#folder)
    await insertFile(this.#work, { id: fileId, kind, name, ...stored })
    return fileId
  }

  async keepPdf(name: string, [title = '', ...lines]: readonly string[]): Promise<string> {
    const { default: PDFDocument } = await import('pdfkit')
    const pdf = new PDFDocument({ size: 'A5', layout: 'landscape', margin: 40, info: { Title: title } })
    pdf.font('Helvetica-Bold').fontSize(20).text(title).moveDown(0.5)
    for (const line of lines)
      pdf
        .font('Helvetica')
        .fontSize(12)
        .text(line || ' ', { lineGap: 4 })
    pdf.end()
    const path = join(this.#folder, name)
    await writeFile(path, await buffer(pdf))
    return this.keep('document', name, path)
  }

  /** Packs a folder as a package, which is then looked into like one that somebody sent. */
  async keepPackage(name: string): Promise<string> {
    const zip = new yazl.ZipFile()
    for (const file of await readdir(join(here, name))) zip.addFile(join(here, name, file), file)
    zip.end()
    const path = join(this.#folder, `${name}.zip`)
    await pipeline(zip.outputStream, createWriteStream(path))
    return this.keep('package', `${name}.zip`, path)
  }
}
