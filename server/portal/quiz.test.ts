import { describe, expect, test } from 'vitest'
import { editModule } from '#contract/courses.ts'
import { answerQuiz, openModule, saveProgress } from '#contract/portal.ts'
import { store } from '#tests/harness/account.ts'
import { aCourse, aQuiz, opened } from '#tests/harness/course.ts'
import { judge } from './judge.ts'

const right = [
  { questionId: 'one', choiceIds: ['b'] },
  { questionId: 'more', choiceIds: ['c', 'a'] },
  { questionId: 'text', text: 'blue sky' },
]
const wrong = [{ questionId: 'one', choiceIds: ['a'] }]

describe('an answer is right', () => {
  const rightOf = (answers: readonly object[]) =>
    judge(
      aQuiz(null).quiz!,
      answers.map((answer) => ({ choiceIds: [], text: '', questionId: '', ...answer })),
    ).answers.map((answer) => answer.isRight)

  test('when exactly the right choices are chosen', () => {
    expect(rightOf(right)).toEqual([true, true, true])
    for (const choiceIds of [[], ['a'], ['a', 'b', 'c'], ['a', 'b'], ['a', 'none']])
      expect(rightOf([{ questionId: 'more', choiceIds }])[1]).toBe(false)
    expect(rightOf([{ questionId: 'more', choiceIds: ['a', 'a', 'c'] }])[1]).toBe(true)
    expect(rightOf([{ questionId: 'one', choiceIds: ['b', 'a'] }])[0]).toBe(false)
    expect(rightOf([{ questionId: 'none', choiceIds: ['b'] }])).toEqual([false, false, false])
  })

  test.each([
    ['  BLUE   sky ', true],
    ['ｂｌｕｅ sky', true],
    ['bluesky', false],
    ['', false],
  ])('when the text is what is accepted, whatever its case and spaces: %j', (text, isRight) => {
    expect(rightOf([{ questionId: 'text', text }])[2]).toBe(isRight)
  })
})

test('a quiz is asked without what is right, which is told when nothing is gained by it any more', async () => {
  const { learner, module } = await aCourse([aQuiz(2)])
  const asked = await learner.call(openModule, { moduleId: module })
  expect(JSON.stringify(asked)).not.toMatch(/isRight|accepted|Blue/)
  expect(asked.playing).toMatchObject({ kind: 'quiz', attemptsLeft: 2, bestScore: null })

  const word = { launchId: asked.launchId, moduleId: module }
  const first = await learner.call(answerQuiz, { ...word, answers: wrong })
  expect(first).toMatchObject({
    score: 0,
    isPassed: false,
    attemptsLeft: 1,
    standing: { state: 'failed', progress: 0 },
  })
  expect(JSON.stringify(first)).not.toMatch(/Blue|"b"/)
  const second = await learner.call(answerQuiz, { ...word, answers: right.slice(0, 1) })
  expect(second).toMatchObject({ score: 33.33, isPassed: false, attemptsLeft: 0 })
  expect(second.questions.map((question) => question.rightChoiceIds ?? question.accepted)).toEqual([
    ['b'],
    ['a', 'c'],
    ['Blue sky'],
  ])
  expect(await learner.refused(answerQuiz, { ...word, answers: right })).toMatchObject({ code: 'no_attempt_left' })
  expect((await learner.call(openModule, { moduleId: module })).playing).toMatchObject({
    attemptsLeft: 0,
    bestScore: expect.closeTo(33.33, 2),
  })
})

test('the best attempt counts, what is passed stays so, and each attempt is kept as it was asked (S4)', async () => {
  const { learner, module, enrollmentId } = await aCourse([aQuiz(null)])
  const word = await opened(learner, module)
  expect((await learner.call(answerQuiz, { ...word, answers: right })).standing).toMatchObject({
    state: 'completed',
    score: 100,
    progress: 100,
  })
  const { standing, score } = await learner.call(answerQuiz, { ...word, answers: wrong })
  expect(score).toBe(0)
  expect(standing).toMatchObject({ state: 'completed', score: 100, progress: 100 })

  await store
    .updateTable('modules')
    .set({ content: JSON.stringify({ quiz: null }) })
    .where('id', '=', module)
    .execute()
  const kept = await store
    .selectFrom('attempts')
    .selectAll()
    .where('enrollmentId', '=', enrollmentId)
    .orderBy('number')
    .execute()
  expect(kept.map((attempt) => [attempt.number, attempt.isPassed])).toEqual([
    [1, true],
    [2, false],
  ])
  expect(kept[1]!.answers).toMatchObject([{ id: 'one', text: 'Which?', choiceIds: ['a'], isRight: false }, {}, {}])
})

test('of eight that are handed in at once, no more are taken than there are attempts', async () => {
  const { learner, module, enrollmentId } = await aCourse([aQuiz(3)])
  const word = await opened(learner, module)
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => learner.send(answerQuiz, { ...word, answers: wrong })),
  )
  expect(replies.map((reply) => reply.status).filter((status) => status === 200)).toHaveLength(3)
  expect(replies.filter((reply) => (reply.body as { code?: string }).code === 'no_attempt_left')).toHaveLength(5)
  const kept = await store.selectFrom('attempts').select('number').where('enrollmentId', '=', enrollmentId).execute()
  expect(kept.map((attempt) => attempt.number).sort((a, b) => a - b)).toEqual([1, 2, 3])
})

test('nobody is done with a quiz by saying so, and no page is a quiz', async () => {
  const { learner, modules } = await aCourse([aQuiz(null), { kind: 'page' }])
  const [quiz, page] = [await opened(learner, modules[0]!), await opened(learner, modules[1]!)]
  expect(await learner.refused(saveProgress, { ...quiz, number: 1, seconds: 1, isDone: true })).toMatchObject({
    code: 'not_allowed',
  })
  expect(await learner.refused(answerQuiz, { ...page, answers: right })).toMatchObject({ code: 'not_found' })
})

test('a quiz that its author changes meanwhile is not judged, and no attempt is used', async () => {
  const { author, courseId, learner, module, enrollmentId } = await aCourse([aQuiz(1)])
  const word = await opened(learner, module)
  const harder = {
    ...aQuiz(1).quiz!,
    questions: [
      ...aQuiz(1).quiz!.questions,
      { id: 'new', kind: 'text' as const, text: 'And?', choices: [], accepted: ['No'] },
    ],
  }
  await author.call(editModule, { courseId, moduleId: module, version: 1, content: { kind: 'quiz', quiz: harder } })
  expect(await learner.refused(answerQuiz, { ...word, answers: right })).toMatchObject({
    status: 409,
    code: 'quiz_changed',
  })
  expect(await store.selectFrom('attempts').select('id').where('enrollmentId', '=', enrollmentId).execute()).toEqual([])
  const answers = [...right, { questionId: 'new', text: 'no' }]
  expect(await learner.call(answerQuiz, { ...(await opened(learner, module)), answers })).toMatchObject({ score: 100 })
})
