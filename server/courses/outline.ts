import type { Course } from '#contract/courses.ts'
import { recount } from '#server/enrollments/recount.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { course } from './course.ts'

/**
 * A course whose outline was changed: how far its learners are is counted anew.
 *
 * @throws Problem as `learnable`
 */
export async function courseAfterChange(work: Work, courseId: string): Promise<Course> {
  await recount(work, { courseId })
  return learnable(work, courseId)
}

/**
 * A course in which something was changed: a published one has to stay one that can be learnt.
 *
 * @throws Problem `nothing_to_publish`, `quiz_without_questions`
 */
export async function learnable(work: Work, courseId: string): Promise<Course> {
  const now = await course(work, courseId)
  if (now.state === 'published') refuseUnpublishable(now)
  return now
}

/** @throws Problem `nothing_to_publish`, `quiz_without_questions` */
export function refuseUnpublishable({ sections }: Course): void {
  const modules = sections.flatMap((section) => section.modules)
  if (modules.length === 0) throw new Problem('nothing_to_publish')
  const empty = modules.find(({ content }) => content.kind === 'quiz' && content.quiz.questions.length === 0)
  if (empty) throw new Problem('quiz_without_questions', { moduleId: empty.id })
}
