import type { Course, Module, ModuleKind, StoredFile } from '#contract/courses.ts'
import { Line, ModuleContent } from './module.schemas.ts'

/** A page as the editor holds it. */
export type PageTyped = Extract<ModuleContent, { kind: 'page' }>['document']
export type QuizTyped = Extract<ModuleContent, { kind: 'quiz' }>['quiz']
export type QuestionTyped = QuizTyped['questions'][number]

/** What is typed of a module, of whatever kind: of the parts of other kinds, nothing is sent. */
export interface ModuleTyped {
  title: string
  isRequired: boolean
  document: PageTyped
  file: StoredFile | null
  url: string
  quiz: QuizTyped
}

const emptyQuiz: QuizTyped = { questions: [], passMark: 80, mostAttempts: null }

export const begun: ModuleTyped = {
  title: '',
  isRequired: true,
  document: { type: 'doc', content: [] },
  file: null,
  url: '',
  quiz: emptyQuiz,
}

export function typedFrom({ title, isRequired, content, file }: Module): ModuleTyped {
  const told = { ...begun, title, isRequired, file }
  if (content.kind === 'page') return { ...told, document: tidy(content.document) }
  if (content.kind === 'link') return { ...told, url: content.url }
  if (content.kind === 'quiz') return { ...told, quiz: content.quiz }
  return told
}

/** The editor keeps an empty line at the end, to go on typing; it is no part of the page. */
export function tidy({ type, content }: PageTyped): PageTyped {
  const last = content.findLastIndex((node) => !isEmptyLine(node))
  return { type, content: content.slice(0, last + 1) }
}

const isEmptyLine = (node: unknown): boolean =>
  typeof node === 'object' && node !== null && 'type' in node && node.type === 'paragraph' && !('content' in node)

export const isSame = (one: ModuleTyped, other: ModuleTyped): boolean => JSON.stringify(one) === JSON.stringify(other)

/** The content of a module of this kind. Null: its file is not there yet. */
export function contentOf(kind: ModuleKind, { document, file, url, quiz }: ModuleTyped): ModuleContent | null {
  if (kind === 'page') return { kind, document }
  if (kind === 'link') return { kind, url: url.trim() }
  if (kind === 'quiz') return { kind, quiz }
  return file && { kind, fileId: file.id }
}

/** What is wrong with what was typed, at its place: `title`, `content.url`, `content.quiz.questions.0.choices` … */
export function wrongIn(kind: ModuleKind, typed: ModuleTyped): Record<string, string> {
  const content = contentOf(kind, typed)
  const title = Line(200).safeParse(typed.title)
  const told = content && ModuleContent.safeParse(content)
  const issues = [
    ...(title.error?.issues ?? []).map(({ message }) => ['title', message] as const),
    ...(told?.error?.issues ?? []).map(({ path, message }) => [['content', ...path].join('.'), message] as const),
  ]
  return Object.fromEntries(issues.toReversed())
}

export const moduleOf = (course: Course, moduleId: string): Module | undefined =>
  course.sections.flatMap(({ modules }) => modules).find(({ id }) => id === moduleId)

/** The module that an answer holds and the course before did not. */
export function addedTo(before: Course, after: Course): Module | undefined {
  const had = new Set(before.sections.flatMap(({ modules }) => modules.map(({ id }) => id)))
  return after.sections.flatMap(({ modules }) => modules).find(({ id }) => !had.has(id))
}
