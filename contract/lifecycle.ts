import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { PeopleFilter, Refusal, StatusCause } from './people.ts'
import { CalendarDate, Cursor, Id, Instant, Line, page, PageSize } from './words.ts'

/**
 * B1: ticked rows, or all that match a filter, except a few. The filter is evaluated once, when the change is
 * confirmed: whoever is added later is not hit.
 */
export const Selection = z.union([
  z.strictObject({ ids: z.array(Id).min(1).max(10_000) }),
  z.strictObject({ filter: PeopleFilter, except: z.array(Id).max(10_000).default([]) }),
])
export type Selection = z.output<typeof Selection>

export const OperationKind = z.enum(['deactivate', 'schedule', 'clear_date', 'activate', 'undo', 'import'])
export type OperationKind = z.infer<typeof OperationKind>

/**
 * One request that changed people: it can be looked at, and undone as one (B4, B5).
 * `changed + alreadySo + refused + remaining = selected`.
 */
export const Operation = z.strictObject({
  id: Id,
  kind: OperationKind,
  startedAt: Instant,
  by: z.string().nullable(),
  byUserId: Id.nullable(),
  reason: z.string().nullable(),
  deactivationDate: CalendarDate.nullable(),
  selected: z.int(),
  changed: z.int(),
  alreadySo: z.int(),
  refused: z.int(),
  /** B4: a large operation is done in pieces. Paused, it waits; cancelled, what is done stays done. */
  state: z.enum(['running', 'paused', 'cancelled', 'finished']),
  /** Whom it has not come to yet; of a cancelled one, whom it never came to. */
  remaining: z.int(),
  /** The code of the problem that it could not go on with; null: none. */
  pausedBecause: z.string().nullable(),
  /** People a second, while it works; null: done at once. */
  perSecond: z.int().nullable(),
  /** The operation that this one undid. */
  undoes: Id.nullable(),
  undoneBy: Id.nullable(),
})
export type Operation = z.infer<typeof Operation>

/** With who was meant, by name, where that was one person alone, whom its reader may see. */
const ListedOperation = Operation.extend({ person: z.string().nullable() })
export type ListedOperation = z.infer<typeof ListedOperation>

/** B4: what became of one person meant. */
export const Outcome = z.strictObject({
  userId: Id,
  name: z.string(),
  email: z.string(),
  outcome: z.enum(['changed', 'already_so', 'refused', 'not_reached']),
  refusal: Refusal.nullable(),
})
export type Outcome = z.infer<typeof Outcome>

/** The first of the people meant, in answers. All of them: GET /operations/:operationId/people. */
export const FIRST_OUTCOMES = 100

const operated = z.strictObject({ operation: Operation, people: z.array(Outcome).max(FIRST_OUTCOMES) })

const reason = Line(500).optional()
/** How many will change, as the preview told: needed from the number or share on that the account has set. */
const confirmCount = z.int().optional()

export const deactivateUsers = endpoint({
  method: 'POST',
  path: '/api/v1/users/deactivate',
  access: 'people',
  tag: 'Lifecycle',
  summary: 'Deactivate people, now or on a date',
  input: z.strictObject({
    users: Selection,
    /** D1: the last day of access, a calendar date in the account's time zone. Left out: now. */
    deactivationDate: CalendarDate.optional(),
    /** C2.14: whoever has an earlier date already keeps it. */
    keepEarlierDate: z.boolean().default(false),
    reason,
    confirmCount,
  }),
  answer: operated,
  problems: ['date_in_past', 'date_too_far', 'confirm_count'],
})

export const activateUsers = endpoint({
  method: 'POST',
  path: '/api/v1/users/activate',
  access: 'people',
  tag: 'Lifecycle',
  summary: 'Activate people. Each takes a seat',
  input: z.strictObject({
    users: Selection,
    /** T4. With too few free seats: nobody (the default), or as many as fit, those who wait longest first. */
    mode: z.enum(['all_or_nothing', 'fill']).default('all_or_nothing'),
    /** C7.79: last days for courses that passed meanwhile: kept, moved by the time away, or begun anew from today. */
    dueDates: z.enum(['keep', 'shift', 'reset']).default('keep'),
    reason,
    confirmCount,
  }),
  answer: operated,
  problems: ['no_free_seats', 'confirm_count'],
})

export const clearDeactivationDate = endpoint({
  method: 'POST',
  path: '/api/v1/users/clear-deactivation-date',
  access: 'people',
  tag: 'Lifecycle',
  summary: 'Take back the deactivation date of people: they stay active',
  input: z.strictObject({ users: Selection, reason, confirmCount }),
  answer: operated,
  problems: ['no_free_seats', 'confirm_count'],
})

export const inviteUsers = endpoint({
  method: 'POST',
  path: '/api/v1/users/invite',
  access: 'people',
  tag: 'People',
  summary: 'Mail people who are active and have no password a link to choose one',
  input: z.strictObject({ users: Selection }),
  answer: z.strictObject({
    selected: z.int(),
    invited: z.int(),
    /** Left out: they get it when they are let in. */
    inactive: z.int(),
    havePassword: z.int(),
    refused: z.int(),
  }),
})

export const previewChange = endpoint({
  method: 'POST',
  path: '/api/v1/users/preview',
  access: 'people',
  tag: 'Lifecycle',
  summary: 'What a deactivation, activation or cleared date would do, to whom, before anything happens',
  input: z.strictObject({
    users: Selection,
    change: z.enum(['deactivate', 'schedule', 'activate', 'clear_date']),
    deactivationDate: CalendarDate.optional(),
  }),
  answer: z.strictObject({
    selected: z.int(),
    willChange: z.int(),
    alreadySo: z.int(),
    /** Of those who will change: how many wait for a seat. A deactivation frees none of theirs (T3). */
    waiting: z.int(),
    refused: z.array(z.strictObject({ refusal: Refusal, count: z.int(), names: z.array(z.string()).max(5) })),
    /** Of those who will change: how many have a deactivation date already, and how many an earlier one (C2.14). */
    haveDate: z.int(),
    haveEarlierDate: z.int(),
    /** Null: unlimited. */
    seatsFree: z.int().nullable(),
    /** For an activation: how many of those who would change fit into the free seats. */
    fits: z.int(),
    /** So many change that their number has to be given as `confirmCount`. */
    needsConfirmCount: z.boolean(),
    /** For an activation: courses that their groups and departments were given meanwhile, and last days that passed. */
    missedCourses: z.int(),
    passedDueDates: z.int(),
    /** The account's today, by the database's clock. */
    today: CalendarDate,
    /** The instant that the date means; null without one. */
    deactivateAt: Instant.nullable(),
    /** D2: the date lies ahead and within ten years. True without one. */
    dateIsAhead: z.boolean(),
  }),
})

export const Change = z.enum([
  'added',
  'deactivated',
  'scheduled',
  'date_cleared',
  'date_moved',
  'activated',
  'deleted',
  'owner_changed',
  'sign_in_refused',
])
export type Change = z.infer<typeof Change>

/** H1: one change of one person. */
export const LifecycleEvent = z.strictObject({
  id: Id,
  happenedAt: Instant,
  change: Change,
  cause: StatusCause,
  userId: Id,
  userName: z.string(),
  /** Null: nobody did it, the clock did. */
  byUserId: Id.nullable(),
  byName: z.string().nullable(),
  fromDate: CalendarDate.nullable(),
  toDate: CalendarDate.nullable(),
  /** When it was due, for what the clock recorded. */
  dueAt: Instant.nullable(),
  reason: z.string().nullable(),
  operationId: Id.nullable(),
})
export type LifecycleEvent = z.infer<typeof LifecycleEvent>

export const listEvents = endpoint({
  method: 'GET',
  path: '/api/v1/events',
  access: 'people',
  tag: 'Activity',
  summary: 'The lifecycle history: of the account, or of one person',
  input: z.strictObject({
    userId: Id.optional(),
    change: Change.optional(),
    cause: StatusCause.optional(),
    cursor: Cursor.optional(),
    limit: PageSize.default(50),
  }),
  answer: page(LifecycleEvent),
  problems: ['wrong_cursor'],
})

export const listOperations = endpoint({
  method: 'GET',
  path: '/api/v1/operations',
  access: 'people',
  tag: 'Activity',
  summary: 'Operations, the newest first',
  input: z.strictObject({ kind: OperationKind.optional(), cursor: Cursor.optional(), limit: PageSize.default(50) }),
  answer: page(ListedOperation),
  problems: ['wrong_cursor'],
})

export const getOperation = endpoint({
  method: 'GET',
  path: '/api/v1/operations/:operationId',
  access: 'people',
  tag: 'Activity',
  summary: 'One operation, and how many of its people an undo would change back now',
  input: z.strictObject({ operationId: Id }),
  answer: ListedOperation.extend({
    /** Null: so many that counting them takes long; the undo itself leaves out whoever was changed since. */
    undoable: z.int().nullable(),
    /** Of an import: where its rows are, as long as they are kept. */
    importId: Id.nullable(),
  }),
  problems: ['not_found'],
})

export const listOutcomes = endpoint({
  method: 'GET',
  path: '/api/v1/operations/:operationId/people',
  access: 'people',
  tag: 'Activity',
  summary: 'What became of each person of an operation',
  input: z.strictObject({
    operationId: Id,
    outcome: Outcome.shape.outcome.optional(),
    cursor: Cursor.optional(),
    limit: PageSize.default(50),
  }),
  answer: page(Outcome),
  problems: ['not_found', 'wrong_cursor'],
})

export const undoOperation = endpoint({
  method: 'POST',
  path: '/api/v1/operations/:operationId/undo',
  access: 'people',
  tag: 'Activity',
  summary: 'Undo an operation: exactly those whom it changed and who have not been changed since, seats permitting',
  input: z.strictObject({ operationId: Id, mode: z.enum(['all_or_nothing', 'fill']).default('all_or_nothing') }),
  answer: operated,
  problems: ['not_found', 'operation_not_over', 'nothing_to_undo', 'no_free_seats'],
})

const steering = {
  method: 'POST',
  access: 'people',
  tag: 'Activity',
  input: z.strictObject({ operationId: Id }),
  answer: Operation,
  problems: ['not_found', 'operation_over'],
} as const

export const pauseOperation = endpoint({
  ...steering,
  path: '/api/v1/operations/:operationId/pause',
  summary: 'Pause a large operation after the piece under way',
})

export const resumeOperation = endpoint({
  ...steering,
  path: '/api/v1/operations/:operationId/resume',
  summary: 'Go on with a paused operation, in your right',
})

export const cancelOperation = endpoint({
  ...steering,
  path: '/api/v1/operations/:operationId/cancel',
  summary: 'Cancel a large operation: what is done stays done',
})
