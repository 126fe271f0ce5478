import { z } from 'zod'
import { endpoint, file, nothing } from './endpoint.ts'
import { Cursor, Id, Instant, Line, page, PageSize } from './words.ts'

export const CourseState = z.enum(['draft', 'published', 'archived'])
export type CourseState = z.infer<typeof CourseState>

export const FileKind = z.enum(['image', 'video', 'audio', 'document', 'package'])
export type FileKind = z.infer<typeof FileKind>

/** A file of the account, looked into when it came: its kind and type are by content, not by name. */
export const StoredFile = z.strictObject({
  id: Id,
  kind: FileKind,
  name: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
  /** Of a SCORM package: which version, and its activities in their order. */
  manifest: z
    .strictObject({
      version: z.enum(['1.2', '2004']),
      title: z.string(),
      activities: z.array(
        z.strictObject({ id: z.string(), title: z.string(), href: z.string(), parameters: z.string() }),
      ),
    })
    .nullable(),
})
export type StoredFile = z.infer<typeof StoredFile>

/** What a page holds: a document of the editor (Tiptap, ProseMirror). The server checks its nodes one by one. */
export const PageDocument = z.strictObject({
  type: z.literal('doc'),
  content: z
    .array(z.unknown().meta({ title: 'node' }))
    .max(5000)
    .default([]),
})

/** What a question or an answer goes by within its quiz: made by the page where it is written. */
export const Label = z.string().regex(/^[\w-]{1,64}$/)

export const QuizQuestion = z
  .strictObject({
    id: Label,
    kind: z.enum(['single', 'multiple', 'text']),
    text: Line(2000),
    /** Of single and multiple. */
    choices: z
      .array(z.strictObject({ id: Label, text: Line(500), isRight: z.boolean() }))
      .max(20)
      .default([]),
    /** Of text: what is accepted, without regard to case and spaces around. */
    accepted: z.array(Line(200)).max(20).default([]),
  })
  .superRefine((question, context) => {
    const right = question.choices.filter((choice) => choice.isRight).length
    const at = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (question.kind === 'text') {
      if (question.accepted.length === 0) at('accepted', 'Give at least one answer that is accepted.')
      return
    }
    if (question.choices.length < 2) at('choices', 'Give at least two answers to choose from.')
    else if (right === 0) at('choices', 'Mark the right answer.')
    else if (question.kind === 'single' && right > 1)
      at('choices', 'Mark one answer as right, or let several be chosen.')
  })
export type QuizQuestion = z.output<typeof QuizQuestion>

export const Quiz = z.strictObject({
  questions: z.array(QuizQuestion).max(200),
  /** In percent. */
  passMark: z.int().min(0).max(100),
  /** Null: as many as they like. */
  mostAttempts: z.int().min(1).max(100).nullable(),
})
export type Quiz = z.output<typeof Quiz>

/** What a module is made of, by its kind. */
export const ModuleContent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('page'), document: PageDocument }),
  z.strictObject({ kind: z.literal('video'), fileId: Id }),
  z.strictObject({ kind: z.literal('audio'), fileId: Id }),
  z.strictObject({ kind: z.literal('document'), fileId: Id }),
  z.strictObject({
    kind: z.literal('link'),
    url: z.url({ protocol: /^https?$/, error: 'Give an address that begins with https://.' }).max(2000),
  }),
  z.strictObject({ kind: z.literal('scorm'), fileId: Id }),
  z.strictObject({ kind: z.literal('quiz'), quiz: Quiz }),
])
export type ModuleContent = z.output<typeof ModuleContent>
export const moduleKinds = ['page', 'video', 'audio', 'document', 'link', 'scorm', 'quiz'] as const
export const ModuleKind = z.enum(moduleKinds)
export type ModuleKind = z.infer<typeof ModuleKind>

export const Module = z.strictObject({
  id: Id,
  title: z.string(),
  kind: ModuleKind,
  /** Whether the course is complete only with it. */
  isRequired: z.boolean(),
  content: ModuleContent,
  file: StoredFile.nullable(),
  version: z.int(),
})
export type Module = z.infer<typeof Module>

export const CourseRow = z.strictObject({
  id: Id,
  title: z.string(),
  description: z.string(),
  coverFileId: Id.nullable(),
  state: CourseState,
  modules: z.int(),
  /** People who have it now: of those whom the reader may see, the inactive ones apart. */
  enrolled: z.int(),
  completed: z.int(),
  changedAt: Instant,
})
export type CourseRow = z.infer<typeof CourseRow>

export const Course = z.strictObject({
  id: Id,
  title: z.string(),
  description: z.string(),
  coverFileId: Id.nullable(),
  state: CourseState,
  givesCertificate: z.boolean(),
  /** For how long a certificate is valid; null: for ever. */
  certificateMonths: z.int().nullable(),
  /** Raised by each edit of the course or its outline; send it back with yours. */
  version: z.int(),
  sections: z.array(z.strictObject({ id: Id, title: z.string(), modules: z.array(Module) })),
})
export type Course = z.infer<typeof Course>

const told = {
  title: Line(200),
  description: z.string().trim().max(5000, { error: 'Use at most 5000 characters.' }),
  coverFileId: Id.nullable(),
  givesCertificate: z.boolean(),
  certificateMonths: z.int().min(1).max(600).nullable(),
}

export const listCourses = endpoint({
  method: 'GET',
  path: '/api/v1/courses',
  access: 'catalog',
  tag: 'Courses',
  summary: 'Courses by title',
  input: z.strictObject({
    search: z.string().max(200).optional(),
    state: CourseState.optional(),
    cursor: Cursor.optional(),
    limit: PageSize.default(50),
  }),
  answer: page(CourseRow),
  problems: ['wrong_cursor'],
})

export const addCourse = endpoint({
  method: 'POST',
  path: '/api/v1/courses',
  access: 'courses',
  tag: 'Courses',
  summary: 'Begin a course, as a draft with one empty section',
  input: z.strictObject({ title: told.title, description: told.description.default('') }),
  answer: Course,
})

export const getCourse = endpoint({
  method: 'GET',
  path: '/api/v1/courses/:courseId',
  access: 'courses',
  tag: 'Courses',
  summary: 'A course with all that it is made of',
  input: z.strictObject({ courseId: Id }),
  answer: Course,
  problems: ['not_found'],
})

export const getCourseRow = endpoint({
  method: 'GET',
  path: '/api/v1/courses/:courseId/row',
  access: 'catalog',
  tag: 'Courses',
  summary: 'A course as the list tells it, for those who enroll people and do not make courses',
  input: z.strictObject({ courseId: Id }),
  answer: CourseRow,
  problems: ['not_found'],
})

export const editCourse = endpoint({
  method: 'PATCH',
  path: '/api/v1/courses/:courseId',
  access: 'courses',
  tag: 'Courses',
  summary: 'Edit what a course is called and what it gives',
  input: z.strictObject({ courseId: Id, version: z.int(), ...z.strictObject(told).partial().shape }),
  answer: Course,
  problems: ['not_found', 'stale_edit', 'unknown_file', 'wrong_file'],
})

export const changeCourseState = endpoint({
  method: 'POST',
  path: '/api/v1/courses/:courseId/state',
  access: 'courses',
  tag: 'Courses',
  summary: 'Publish a course, take it back to draft, or archive it. Nobody loses what they did in it',
  input: z.strictObject({ courseId: Id, state: CourseState }),
  answer: Course,
  problems: ['not_found', 'nothing_to_publish', 'quiz_without_questions', 'has_learners'],
})

export const addSection = endpoint({
  method: 'POST',
  path: '/api/v1/courses/:courseId/sections',
  access: 'courses',
  tag: 'Courses',
  summary: 'Add a section at the end of a course',
  input: z.strictObject({ courseId: Id, title: Line(200) }),
  answer: Course,
  problems: ['not_found'],
})

export const editSection = endpoint({
  method: 'PATCH',
  path: '/api/v1/courses/:courseId/sections/:sectionId',
  access: 'courses',
  tag: 'Courses',
  summary: 'Rename a section',
  input: z.strictObject({ courseId: Id, sectionId: Id, title: Line(200) }),
  answer: Course,
  problems: ['not_found'],
})

export const deleteSection = endpoint({
  method: 'DELETE',
  path: '/api/v1/courses/:courseId/sections/:sectionId',
  access: 'courses',
  tag: 'Courses',
  summary: 'Delete a section and remove its modules. What people did in them stays in their history',
  input: z.strictObject({ courseId: Id, sectionId: Id }),
  answer: Course,
  problems: ['not_found', 'last_section', 'nothing_to_publish'],
})

export const addModule = endpoint({
  method: 'POST',
  path: '/api/v1/courses/:courseId/modules',
  access: 'courses',
  tag: 'Courses',
  summary: 'Add a module at the end of a section',
  input: z.strictObject({
    courseId: Id,
    sectionId: Id,
    title: Line(200),
    isRequired: z.boolean().default(true),
    content: ModuleContent,
  }),
  answer: Course,
  problems: ['not_found', 'unknown_section', 'unknown_file', 'wrong_file', 'quiz_without_questions'],
})

export const editModule = endpoint({
  method: 'PATCH',
  path: '/api/v1/courses/:courseId/modules/:moduleId',
  access: 'courses',
  tag: 'Courses',
  summary: 'Edit a module. Its kind stays',
  input: z.strictObject({
    courseId: Id,
    moduleId: Id,
    version: z.int(),
    title: Line(200).optional(),
    isRequired: z.boolean().optional(),
    content: ModuleContent.optional(),
  }),
  answer: Course,
  problems: ['not_found', 'stale_edit', 'unknown_file', 'wrong_file', 'quiz_without_questions'],
})

export const removeModule = endpoint({
  method: 'DELETE',
  path: '/api/v1/courses/:courseId/modules/:moduleId',
  access: 'courses',
  tag: 'Courses',
  summary: 'Remove a module from a course. What people did in it stays in their history',
  input: z.strictObject({ courseId: Id, moduleId: Id }),
  answer: Course,
  problems: ['not_found', 'nothing_to_publish'],
})

export const arrangeCourse = endpoint({
  method: 'POST',
  path: '/api/v1/courses/:courseId/arrange',
  access: 'courses',
  tag: 'Courses',
  summary: 'Put sections and modules into another order. Every one of the course has to be named once',
  input: z.strictObject({
    courseId: Id,
    sections: z
      .array(z.strictObject({ id: Id, moduleIds: z.array(Id).max(500) }))
      .min(1)
      .max(200),
  }),
  answer: Course,
  problems: ['not_found', 'stale_edit'],
})

/** What may be sent, in bytes, and what is asked of the storage before (R46). */
export const getUploadLimits = endpoint({
  method: 'GET',
  path: '/api/v1/files/limits',
  access: 'courses',
  tag: 'Courses',
  summary: 'How large a file of each kind may be, and whether there is room',
  input: nothing,
  answer: z.strictObject({
    mostBytes: z.record(FileKind, z.int()),
    hasRoom: z.boolean(),
  }),
})

export const finishUpload = endpoint({
  method: 'POST',
  path: '/api/v1/files',
  access: 'courses',
  tag: 'Courses',
  summary: 'Look into an upload that is complete, and keep it as a file of the account',
  input: z.strictObject({
    /** The last part of the address that the upload (tus, /api/v1/uploads) was given. */
    uploadId: z.string().regex(/^[\w-]{1,100}$/),
    kind: FileKind,
  }),
  answer: StoredFile,
  problems: [
    'not_found',
    'upload_incomplete',
    'wrong_file',
    'file_too_large',
    'no_room',
    'package_broken',
    'package_unsafe',
    'package_without_manifest',
    'package_not_scorm',
  ],
})

export const getFile = endpoint({
  method: 'GET',
  path: '/api/v1/files/:fileId',
  access: 'signed_in',
  tag: 'Courses',
  summary: 'A file, for those who make courses and for those who are enrolled in a course that shows it',
  input: z.strictObject({ fileId: Id }),
  answer: file,
  problems: ['not_found'],
})
