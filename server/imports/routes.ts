import {
  checkImport,
  deleteImport,
  exportImport,
  getImport,
  getImportTemplate,
  listImportRows,
  runImport,
  startImport,
} from '#contract/imports.ts'
import { exportUsers } from '#contract/people.ts'
import type { Uploads } from '#server/files/uploads.ts'
import type { Gate } from '#server/gate/gate.ts'
import { check } from './check.ts'
import { resultFile, template } from './file.ts'
import { theImport } from './import.ts'
import { rows } from './rows.ts'
import { peopleFile } from './people-file.ts'
import { discard, run } from './run.ts'
import { start } from './start.ts'

export function importsRoutes({ serve, serveInSteps, serveInTurn, serveFile }: Gate, uploads: Uploads): void {
  serveInSteps(startImport, (steps, input) => start(steps, input, uploads))
  serveInSteps(checkImport, check)
  serve(getImport, theImport)
  serve(listImportRows, rows)
  serveInTurn(runImport, run)
  serve(deleteImport, discard)
  serveFile(exportImport, resultFile)
  serveFile(getImportTemplate, template)
  serveFile(exportUsers, peopleFile)
}
