import type { Quiz, QuizQuestion } from '#contract/courses.ts'

export interface GivenAnswer {
  readonly questionId: string
  readonly choiceIds: readonly string[]
  readonly text: string
}

/** A question as it was asked, what was answered, and whether that was right: as it is kept for ever. */
export interface Judged extends QuizQuestion {
  readonly choiceIds: readonly string[]
  readonly answer: string
  readonly isRight: boolean
}

export interface Judgement {
  readonly answers: readonly Judged[]
  /** In percent. */
  readonly score: number
  readonly isPassed: boolean
}

const plain = (text: string): string => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLocaleLowerCase('en')

/** Judges a quiz: each question counts the same, and is right or not. What is not answered is not right. */
export function judge({ questions, passMark }: Quiz, given: readonly GivenAnswer[]): Judgement {
  const byId = new Map(given.map((answer) => [answer.questionId, answer]))
  const answers = questions.map((question): Judged => {
    const answer = byId.get(question.id) ?? { choiceIds: [], text: '' }
    return { ...question, choiceIds: answer.choiceIds, answer: answer.text, isRight: isRight(question, answer) }
  })
  const right = answers.filter((answer) => answer.isRight).length
  const score = questions.length === 0 ? 0 : Math.round((right / questions.length) * 10_000) / 100
  return { answers, score, isPassed: score >= passMark }
}

function isRight(question: QuizQuestion, { choiceIds, text }: Omit<GivenAnswer, 'questionId'>): boolean {
  if (question.kind === 'text') return question.accepted.some((accepted) => plain(accepted) === plain(text))
  const [chosen, right] = [new Set(choiceIds), question.choices.filter((choice) => choice.isRight)]
  return chosen.size === right.length && right.every((choice) => chosen.has(choice.id))
}
