import { z } from 'zod'
import { LearningState } from './enrollments.ts'
import { Label, ModuleKind, PageDocument, StoredFile } from './courses.ts'
import { done, endpoint, file, nothing } from './endpoint.ts'
import { CalendarDate, Id, Instant } from './words.ts'

/** Whatever a data model holds: texts, numbers, and more of them within. */
const Value = z.unknown().meta({ title: 'value' })

/** The learner's side. All of it is one's own, or, for those who make courses, a preview in which nothing is recorded. */

export const MyCourse = z.strictObject({
  courseId: Id,
  enrollmentId: Id,
  title: z.string(),
  description: z.string(),
  coverFileId: Id.nullable(),
  isMandatory: z.boolean(),
  state: LearningState,
  progress: z.int(),
  modules: z.int(),
  dueDate: CalendarDate.nullable(),
  completedAt: Instant.nullable(),
  lastAt: Instant.nullable(),
  certificateId: Id.nullable(),
})
export type MyCourse = z.infer<typeof MyCourse>

export const listMyCourses = endpoint({
  method: 'GET',
  path: '/api/v1/portal/courses',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'My courses: what is due first, then what is begun, then what is done',
  input: nothing,
  answer: z.strictObject({ items: z.array(MyCourse) }),
})

export const ModuleState = z.enum(['not_started', 'started', 'completed', 'failed'])
export type ModuleState = z.infer<typeof ModuleState>

export const MyModule = z.strictObject({
  id: Id,
  title: z.string(),
  kind: ModuleKind,
  isRequired: z.boolean(),
  state: ModuleState,
  score: z.number().nullable(),
})
export type MyModule = z.infer<typeof MyModule>

export const Outline = z.strictObject({
  courseId: Id,
  title: z.string(),
  description: z.string(),
  coverFileId: Id.nullable(),
  /** Null: a preview. */
  enrollmentId: Id.nullable(),
  progress: z.int(),
  dueDate: CalendarDate.nullable(),
  completedAt: Instant.nullable(),
  certificateId: Id.nullable(),
  /** Where to go on: the module that was open last, or the first that is not done. */
  resumeModuleId: Id.nullable(),
  sections: z.array(z.strictObject({ id: Id, title: z.string(), modules: z.array(MyModule) })),
})
export type Outline = z.infer<typeof Outline>

const preview = { preview: z.enum(['true', 'false']).default('false') }

export const getOutline = endpoint({
  method: 'GET',
  path: '/api/v1/portal/courses/:courseId',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'A course of mine, with what is done of it',
  input: z.strictObject({ courseId: Id, ...preview }),
  answer: Outline,
  problems: ['not_found'],
})

/** A question as a learner sees it: without what is right. */
const AskedQuestion = z.strictObject({
  id: Label,
  kind: z.enum(['single', 'multiple', 'text']),
  text: z.string(),
  choices: z.array(z.strictObject({ id: Label, text: z.string() })),
})
export type AskedQuestion = z.infer<typeof AskedQuestion>

/** What the player draws. */
export const Playing = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('page'), document: PageDocument }),
  z.strictObject({ kind: z.literal('video'), file: StoredFile }),
  z.strictObject({ kind: z.literal('audio'), file: StoredFile }),
  z.strictObject({ kind: z.literal('document'), file: StoredFile }),
  z.strictObject({ kind: z.literal('link'), url: z.string() }),
  z.strictObject({
    kind: z.literal('quiz'),
    questions: z.array(AskedQuestion),
    passMark: z.int(),
    /** Null: as many as they like. */
    attemptsLeft: z.int().nullable(),
    bestScore: z.number().nullable(),
  }),
  z.strictObject({
    kind: z.literal('scorm'),
    version: z.enum(['1.2', '2004']),
    activities: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        /** Where it begins in the package, and with which query. */
        href: z.string(),
        parameters: z.string(),
        state: ModuleState,
        /** What it told last, as its data model; null: it was never opened. */
        cmi: z.record(z.string(), Value).nullable(),
      }),
    ),
    /** The player's page on the content origin; what it loads lies below. It dies with this session (R7). */
    playerUrl: z.string(),
    learner: z.strictObject({ id: z.string(), name: z.string() }),
  }),
])
export type Playing = z.infer<typeof Playing>

export const openModule = endpoint({
  method: 'POST',
  path: '/api/v1/portal/modules/:moduleId/open',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'Open a module in the player: from here on this player is the one that is written from',
  input: z.strictObject({ moduleId: Id, preview: z.boolean().default(false) }),
  answer: z.strictObject({
    launchId: Id,
    state: ModuleState,
    /** Where they were, as the player left it. */
    resume: z.record(z.string(), Value).nullable(),
    playing: Playing,
  }),
  problems: ['not_found'],
})

/** The how-manieth word of this player it is. One that comes late, after a newer one, changes nothing. */
const word = { launchId: Id, number: z.int().min(1).max(10_000_000) }

/** What the outline shows after a change. */
const Standing = z.strictObject({
  state: ModuleState,
  score: z.number().nullable(),
  progress: z.int(),
  completedAt: Instant.nullable(),
  certificateId: Id.nullable(),
})
export type Standing = z.infer<typeof Standing>

export const saveProgress = endpoint({
  method: 'POST',
  path: '/api/v1/portal/modules/:moduleId/progress',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'Save where I am in a page, a video, an audio, a document or a link, and whether I am done',
  input: z.strictObject({
    moduleId: Id,
    ...word,
    /** Spent since the last word. */
    seconds: z.int().min(0).max(3600),
    resume: z.record(z.string().max(50), z.union([z.number(), z.string().max(500)])).optional(),
    isDone: z.boolean().default(false),
  }),
  answer: Standing,
  problems: ['not_found', 'opened_elsewhere'],
})

export const commitScorm = endpoint({
  method: 'POST',
  path: '/api/v1/portal/modules/:moduleId/scorm',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'Keep what an activity of a SCORM package told: the whole data model, at each commit and at leaving',
  input: z.strictObject({
    moduleId: Id,
    ...word,
    activityId: z.string().min(1).max(500),
    cmi: z.record(z.string(), Value),
    /** Spent since the last word. */
    seconds: z.int().min(0).max(86_400),
  }),
  answer: Standing,
  problems: ['not_found', 'opened_elsewhere', 'too_large'],
})

export const answerQuiz = endpoint({
  method: 'POST',
  path: '/api/v1/portal/modules/:moduleId/answers',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'Hand in a quiz',
  input: z.strictObject({
    moduleId: Id,
    launchId: Id,
    answers: z
      .array(
        z.strictObject({
          questionId: Label,
          choiceIds: z.array(Label).max(20).default([]),
          text: z.string().max(2000).default(''),
        }),
      )
      .max(200),
  }),
  answer: z.strictObject({
    score: z.number(),
    isPassed: z.boolean(),
    attemptsLeft: z.int().nullable(),
    /** Which were right. What would have been right is told only when the quiz is passed, or no attempt is left. */
    questions: z.array(
      z.strictObject({
        questionId: Label,
        isRight: z.boolean(),
        rightChoiceIds: z.array(Label).nullable(),
        accepted: z.array(z.string()).nullable(),
      }),
    ),
    standing: Standing,
  }),
  problems: ['not_found', 'opened_elsewhere', 'no_attempt_left', 'quiz_changed'],
})

export const keepOpen = endpoint({
  method: 'POST',
  path: '/api/v1/portal/launches/:launchId/alive',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'The player is still open: what it shows may be loaded for another minute (R7)',
  input: z.strictObject({ launchId: Id }),
  answer: done,
  problems: ['not_found', 'opened_elsewhere'],
})

export const Certificate = z.strictObject({
  id: Id,
  code: z.string(),
  courseTitle: z.string(),
  personName: z.string(),
  issuedOn: CalendarDate,
  expiresOn: CalendarDate.nullable(),
  isValid: z.boolean(),
})
export type Certificate = z.infer<typeof Certificate>

export const listMyCertificates = endpoint({
  method: 'GET',
  path: '/api/v1/portal/certificates',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'My certificates',
  input: nothing,
  answer: z.strictObject({ items: z.array(Certificate) }),
})

export const getCertificate = endpoint({
  method: 'GET',
  path: '/api/v1/certificates/:certificateId/pdf',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'A certificate as PDF: my own, or of somebody whom I may see',
  input: z.strictObject({ certificateId: Id }),
  answer: file,
  problems: ['not_found'],
})

export const verifyCertificate = endpoint({
  method: 'GET',
  path: '/api/v1/verify',
  access: 'public',
  tag: 'Portal',
  summary: 'Whether a certificate is genuine and valid, by its code. It goes on when its person is inactive',
  input: z.strictObject({ code: z.string().trim().min(1).max(40) }),
  answer: z.strictObject({ accountName: z.string(), certificate: Certificate.omit({ id: true }) }),
  problems: ['no_such_certificate', 'no_account_here', 'too_many_attempts'],
})

export const listMyHistory = endpoint({
  method: 'GET',
  path: '/api/v1/portal/history',
  access: 'signed_in',
  tag: 'Portal',
  summary: 'What I have learnt: every round of every course',
  input: nothing,
  answer: z.strictObject({
    items: z.array(
      z.strictObject({
        enrollmentId: Id,
        courseId: Id,
        courseTitle: z.string(),
        round: z.int(),
        isCurrent: z.boolean(),
        state: LearningState,
        progress: z.int(),
        score: z.number().nullable(),
        seconds: z.int(),
        enrolledAt: Instant,
        completedAt: Instant.nullable(),
        withdrawnAt: Instant.nullable(),
      }),
    ),
  }),
})
