import { sql } from 'kysely'
import type { Quiz } from '#contract/courses.ts'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { answerQuiz as endpoint } from '#contract/portal.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { judge, type Judgement } from './judge.ts'
import { type Launch, launchOf } from './launch.ts'
import { standingAfter } from './standing.ts'

/**
 * Judges a quiz that is handed in, and keeps the attempt with the questions as they were asked. The best attempt
 * counts. What would have been right is told when nothing can be gained by it any more.
 *
 * @throws Problem `opened_elsewhere`, `no_attempt_left`, `not_found` when it is no quiz, `quiz_changed` when other
 *   questions were asked than there are now: no attempt is used then
 */
export async function answerQuiz(
  work: Work,
  { answers, ...asked }: Input<typeof endpoint>,
): Promise<Answer<typeof endpoint>> {
  const launch = await launchOf(work, asked)
  if (launch.kind !== 'quiz') throw new Problem('not_found')
  if (launch.isChanged) throw new Problem('quiz_changed')
  const { quiz } = launch.content as { quiz: Quiz }
  const judgement = judge(quiz, answers)
  const used =
    launch.enrollmentId === null
      ? 1
      : await keep(work, { ...launch, enrollmentId: launch.enrollmentId }, quiz, judgement)
  const attemptsLeft = quiz.mostAttempts === null ? null : Math.max(quiz.mostAttempts - used, 0)
  const isOver = judgement.isPassed || attemptsLeft === 0
  return {
    score: judgement.score,
    isPassed: judgement.isPassed,
    attemptsLeft,
    questions: judgement.answers.map(({ id, isRight, kind, choices, accepted }) => ({
      questionId: id,
      isRight,
      rightChoiceIds:
        isOver && kind !== 'text' ? choices.filter((choice) => choice.isRight).map((choice) => choice.id) : null,
      accepted: isOver && kind === 'text' ? accepted : null,
    })),
    standing: await standingAfter(work, launch),
  }
}

/** @returns the how-manieth attempt it was @throws Problem `no_attempt_left` */
async function keep(
  work: Work,
  { enrollmentId, moduleId }: Launch & { enrollmentId: string },
  { mostAttempts }: Quiz,
  { answers, score, isPassed }: Judgement,
): Promise<number> {
  const { db, accountId } = work
  const { count } = await attemptsAt(work, enrollmentId, moduleId)
  if (mostAttempts !== null && count >= mostAttempts) throw new Problem('no_attempt_left')
  await db
    .insertInto('attempts')
    .values({ accountId, enrollmentId, moduleId, number: count + 1, score, isPassed, answers: JSON.stringify(answers) })
    .execute()
  await sql`
    update module_progress set score = greatest(score, ${score}), changed_at = statement_timestamp(),
      state = case when state = 'completed' or ${isPassed} then 'completed' else 'failed' end::module_state,
      completed_at = case when ${isPassed} then coalesce(completed_at, statement_timestamp()) else completed_at end
    where account_id = ${accountId} and enrollment_id = ${enrollmentId} and module_id = ${moduleId}
  `.execute(db)
  return count + 1
}

/** How often somebody has tried a quiz, and the best of it. */
export async function attemptsAt(
  { db, accountId }: Work,
  enrollmentId: string | null,
  moduleId: string,
): Promise<{ count: number; best: number | null }> {
  const { rows } = await sql<{ count: number; best: number | null }>`
    select count(*) as count, max(score)::float8 as best from attempts
    where account_id = ${accountId} and enrollment_id = ${enrollmentId} and module_id = ${moduleId}
  `.execute(db)
  return rows[0]!
}
