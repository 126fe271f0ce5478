import {
  addDepartment,
  deleteDepartment,
  editDepartment,
  listDepartments,
  moveToDepartment,
} from '#contract/departments.ts'
import type { Gate } from '#server/gate/gate.ts'
import { add, departments, edit, remove } from './departments.ts'
import { movePeople } from './move-people.ts'

export function departmentsRoutes({ serve }: Gate): void {
  serve(listDepartments, (work) => departments(work))
  serve(addDepartment, add)
  serve(editDepartment, edit)
  serve(deleteDepartment, remove)
  serve(moveToDepartment, movePeople)
}
