import { z } from 'zod'
import { endpoint, nothing } from './endpoint.ts'
import { CalendarDate } from './words.ts'

/** T1. Exact at the moment of the answer. */
export const Seats = z.strictObject({
  /** Null: unlimited. */
  limit: z.int().nullable(),
  used: z.int(),
  free: z.int().nullable(),
  /** T5: how many more are active than the plan allows. */
  overBy: z.int(),
  /** Inactive because no seat was free (T3). */
  waiting: z.int(),
  /** Active people whose date falls within the next 30 days. */
  leavingSoon: z.int(),
  leavingThisMonth: z.int(),
  fillFromWaiting: z.boolean(),
  /** Whether the limit is set here, by the owner, or by the operator of the installation. */
  limitSetBy: z.enum(['owner', 'operator']),
})
export type Seats = z.infer<typeof Seats>

export const getSeats = endpoint({
  method: 'GET',
  path: '/api/v1/seats',
  access: 'people',
  tag: 'Seats',
  summary: 'The seat limit, and how many seats are used',
  input: nothing,
  answer: Seats,
})

const Day = z.strictObject({ date: CalendarDate, used: z.int() })

export const getSeatForecast = endpoint({
  method: 'GET',
  path: '/api/v1/seats/forecast',
  access: 'people',
  tag: 'Seats',
  summary: 'Seats used on each day of the past year, and what the deactivation dates make of them in the year ahead',
  input: nothing,
  answer: z.strictObject({ limit: z.int().nullable(), today: CalendarDate, past: z.array(Day), ahead: z.array(Day) }),
})

export const changeSeats = endpoint({
  method: 'PATCH',
  path: '/api/v1/seats',
  access: 'owner',
  tag: 'Seats',
  summary: 'Change the seat limit, or whether free seats are filled from the waiting list',
  input: z.strictObject({
    /** Null: unlimited. */
    limit: z.int().min(1, { error: 'At least one seat: the owner takes it.' }).max(100_000_000).nullable().optional(),
    fillFromWaiting: z.boolean().optional(),
  }),
  answer: Seats,
  problems: ['limit_is_the_operators'],
})
