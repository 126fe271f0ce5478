import {
  assign,
  changeDueDate,
  endAssignment,
  enroll,
  getEnrollment,
  listAssignments,
  listEnrollments,
  previewEnroll,
  retake,
  unenroll,
} from '#contract/enrollments.ts'
import type { Gate } from '#server/gate/gate.ts'
import * as assignments from './assignments.ts'
import { retake as again, setDueDate, unenroll as withdraw } from './change.ts'
import { enroll as add, preview } from './enroll.ts'
import { list, one } from './list.ts'

export function enrollmentsRoutes({ serve }: Gate): void {
  serve(previewEnroll, preview)
  serve(enroll, add)
  serve(unenroll, withdraw)
  serve(retake, again)
  serve(changeDueDate, setDueDate)
  serve(listEnrollments, list)
  serve(getEnrollment, one)
  serve(listAssignments, assignments.list)
  serve(assign, assignments.assign)
  serve(endAssignment, assignments.end)
}
