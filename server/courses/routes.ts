import {
  addCourse,
  addModule,
  addSection,
  arrangeCourse,
  changeCourseState,
  deleteSection,
  editCourse,
  editModule,
  editSection,
  getCourse,
  getCourseRow,
  listCourses,
  removeModule,
} from '#contract/courses.ts'
import type { Gate } from '#server/gate/gate.ts'
import { arrange } from './arrange.ts'
import { changeState } from './change-state.ts'
import { course } from './course.ts'
import { add, edit } from './edit.ts'
import { list, row } from './list.ts'
import * as modules from './modules.ts'
import * as sections from './sections.ts'

export function coursesRoutes({ serve }: Gate): void {
  serve(listCourses, list)
  serve(addCourse, add)
  serve(getCourse, (work, { courseId }) => course(work, courseId))
  serve(getCourseRow, (work, { courseId }) => row(work, courseId))
  serve(editCourse, edit)
  serve(changeCourseState, changeState)
  serve(addSection, sections.add)
  serve(editSection, sections.rename)
  serve(deleteSection, sections.remove)
  serve(addModule, modules.add)
  serve(editModule, modules.edit)
  serve(removeModule, modules.remove)
  serve(arrangeCourse, arrange)
}
