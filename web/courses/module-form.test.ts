import { expect, test } from 'vitest'
import { begun, contentOf, isSame, tidy, wrongIn, type QuestionTyped } from './module-form.ts'

const line = (text?: string) => ({ type: 'paragraph', ...(text && { content: [{ type: 'text', text }] }) })
const question = (told: Partial<QuestionTyped>): QuestionTyped => ({
  id: crypto.randomUUID(),
  kind: 'single',
  text: 'Which way?',
  choices: [],
  accepted: [],
  ...told,
})
const choice = (text: string, isRight = false) => ({ id: crypto.randomUUID(), text, isRight })
const wrongInQuiz = (...questions: QuestionTyped[]) =>
  wrongIn('quiz', { ...begun, title: 'Quiz', quiz: { ...begun.quiz, questions } })

test('the empty line that the editor keeps at the end is no change of a page', () => {
  const typed = { ...begun, document: tidy({ type: 'doc', content: [line('Hello'), line(), line()] }) }
  expect(isSame(typed, { ...begun, document: { type: 'doc', content: [line('Hello')] } })).toBe(true)
  expect(tidy({ type: 'doc', content: [line(), line('Hello')] }).content).toHaveLength(2)
})

test('a module of a file has no content before its file is there', () => {
  expect(contentOf('video', begun)).toBeNull()
  expect(contentOf('page', begun)).toEqual({ kind: 'page', document: begun.document })
})

test('a question without a right answer is told at the question', () => {
  expect(wrongInQuiz(question({ choices: [choice('Left'), choice('Right')] }))).toEqual({
    'content.quiz.questions.0.choices': 'Mark the right answer.',
  })
  expect(
    wrongInQuiz(
      question({ choices: [choice('Left', true), choice('Right')] }),
      question({ choices: [choice('Left', true), choice('Right', true)] }),
      question({ kind: 'text', accepted: [] }),
    ),
  ).toEqual({
    'content.quiz.questions.1.choices': 'Mark one answer as right, or let several be chosen.',
    'content.quiz.questions.2.accepted': 'Give at least one answer that is accepted.',
  })
})

test('a title and an address are asked for at their fields', () => {
  expect(wrongIn('link', { ...begun, url: 'example' })).toEqual({
    title: 'Fill in this field.',
    'content.url': 'Give an address that begins with https://.',
  })
})
