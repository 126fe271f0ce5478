import {
  exportReport,
  reportByCourse,
  reportByDepartment,
  reportByPerson,
  reportCompletions,
  reportLifecycle,
  reportSignIns,
} from '#contract/reports.ts'
import type { Config } from '#server/config.ts'
import { refuseWithoutRoom } from '#server/files/room.ts'
import type { Gate } from '#server/gate/gate.ts'
import { byPerson } from './by-person.ts'
import { exported } from './export.ts'
import { lifecycle } from './lifecycle.ts'
import { completions, signIns } from './over-time.ts'
import { byCourse, byDepartment } from './progress.ts'

export function reportsRoutes({ serveReport, serveReportFile }: Gate, { dataDirectory }: Config): void {
  serveReport(reportByCourse, byCourse)
  serveReport(reportByDepartment, byDepartment)
  serveReport(reportByPerson, byPerson)
  serveReport(reportCompletions, completions)
  serveReport(reportSignIns, signIns)
  serveReport(reportLifecycle, lifecycle)
  serveReportFile(exportReport, async (work, input, again) => {
    // What sorts a million rows wants room beside the database, which has none to give then (R46).
    await refuseWithoutRoom(dataDirectory)
    return exported(work, input, again)
  })
}
