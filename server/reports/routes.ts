import {
  exportReport,
  reportByCourse,
  reportByDepartment,
  reportByPerson,
  reportCompletions,
  reportLifecycle,
  reportSignIns,
} from '#contract/reports.ts'
import type { Gate } from '#server/gate/gate.ts'
import { byPerson } from './by-person.ts'
import { exported } from './export.ts'
import { lifecycle } from './lifecycle.ts'
import { completions, signIns } from './over-time.ts'
import { byCourse, byDepartment } from './progress.ts'

export function reportsRoutes({ serve, serveFile }: Gate): void {
  serve(reportByCourse, byCourse)
  serve(reportByDepartment, byDepartment)
  serve(reportByPerson, byPerson)
  serve(reportCompletions, completions)
  serve(reportSignIns, signIns)
  serve(reportLifecycle, lifecycle)
  serveFile(exportReport, (work, input, { again }) => exported(work, input, again))
}
