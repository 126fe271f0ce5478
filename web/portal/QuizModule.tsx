import { Alert, Button, Checkbox, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { answerQuiz, type AskedQuestion, type Playing, type Standing } from '#contract/portal.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastRefused } from '#web/parts/toast.ts'
import type { SavingState } from './saving.ts'

type Result = Answer<typeof answerQuiz>
export interface Given {
  choiceIds: string[]
  text: string
}
const nothing: Given = { choiceIds: [], text: '' }

/** What was answered and not handed in, by module and question. */
export type KeptAnswers = Map<string, Record<string, Given>>

interface QuizModuleProps {
  moduleId: string
  launchId: string
  quiz: Extract<Playing, { kind: 'quiz' }>
  /** Outlives this module, so that a look at another one loses nothing. */
  kept: KeptAnswers
  /** What is kept has changed. */
  onKept: () => void
  onState: (state: SavingState) => void
  onStanding: (standing: Standing) => void
}

/** A quiz on one page, and after it what was right. */
export function QuizModule({ moduleId, launchId, quiz, kept, onKept, onState, onStanding }: QuizModuleProps) {
  const { t } = useTranslation('portal')
  const [given, setGiven] = useState(() => stillAsked(kept.get(moduleId) ?? {}, quiz.questions))
  const [isAsking, setIsAsking] = useState(false)
  const [result, setResult] = useState<Result | null>(null)
  const told = useRef<HTMLDivElement>(null)
  // It stands above the questions, and what was pressed below them.
  useEffect(() => {
    if (result) told.current?.scrollIntoView({ block: 'center' })
  }, [result])
  const attemptsLeft = result ? result.attemptsLeft : quiz.attemptsLeft
  const best = Math.max(quiz.bestScore ?? -1, result?.score ?? -1)

  const handIn = useMutation({
    mutationFn: () =>
      call(answerQuiz, {
        moduleId,
        launchId,
        answers: quiz.questions.map(({ id }) => ({ questionId: id, ...(given[id] ?? nothing) })),
      }),
    onSuccess: (answer) => {
      setResult(answer)
      kept.delete(moduleId)
      onKept()
      onStanding(answer.standing)
    },
    onError: (error) => {
      if (error instanceof Refused && (error.code === 'opened_elsewhere' || error.code === 'quiz_changed'))
        onState(error.code)
      else toastRefused(error)
    },
  })

  const answer = (question: AskedQuestion, answered: Given): void => {
    const now = { ...given, [question.id]: answered }
    setGiven(now)
    kept.set(moduleId, now)
    onKept()
  }
  const open = quiz.questions.filter(({ id }) => isNothing(given[id] ?? nothing)).length

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (open > 0) setIsAsking(true)
        else handIn.mutate()
      }}
    >
      <Text c="dimmed" mb="md">
        {t('passMark', { passMark: quiz.passMark })}
        {attemptsLeft !== null && ` · ${t('attemptsLeft', { count: attemptsLeft })}`}
        {best >= 0 && ` · ${t('bestScore', { score: Math.round(best) })}`}
      </Text>
      {result && (
        <Alert
          ref={told}
          mb="md"
          role="status"
          color={result.isPassed ? 'green' : 'red'}
          icon={result.isPassed ? <IconCheck size={18} /> : <IconX size={18} />}
          title={t(result.isPassed ? 'passed' : 'notPassed', { score: Math.round(result.score) })}
        >
          {t(result.isPassed ? 'passedText' : attemptsLeft === 0 ? 'noAttemptsText' : 'notPassedText')}
        </Alert>
      )}
      <Stack gap="lg">
        {quiz.questions.map((question, place) => (
          <Question
            key={question.id}
            number={place + 1}
            question={question}
            given={given[question.id] ?? nothing}
            verdict={result?.questions.find(({ questionId }) => questionId === question.id)}
            onChange={(answered) => answer(question, answered)}
          />
        ))}
      </Stack>
      <Group mt="lg">
        {result ? (
          attemptsLeft !== 0 && (
            // One button of its own: what was clicked must not become the one that hands in.
            <Button
              key="again"
              variant={result.isPassed ? 'default' : 'filled'}
              onClick={() => {
                setResult(null)
                setGiven({})
              }}
            >
              {t('tryAgain')}
            </Button>
          )
        ) : (
          <Button key="hand-in" type="submit" loading={handIn.isPending} disabled={attemptsLeft === 0}>
            {t('handIn')}
          </Button>
        )}
      </Group>
      <ConfirmDialog
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('handInTitle')}
        confirm={t('handInAnyway')}
        cancel={t('backToQuiz')}
        onConfirm={() => handIn.mutate()}
      >
        <Text>{t('unanswered', { count: open })}</Text>
        {attemptsLeft !== null && <Text mt="xs">{t('attemptIsUsed', { count: attemptsLeft })}</Text>}
      </ConfirmDialog>
    </form>
  )
}

/** Of what was answered, what can still be: its author may have changed the quiz meanwhile. */
const stillAsked = (given: Record<string, Given>, questions: readonly AskedQuestion[]): Record<string, Given> =>
  Object.fromEntries(
    questions.map(({ id, choices }) => {
      const { choiceIds, text } = given[id] ?? nothing
      return [id, { text, choiceIds: choiceIds.filter((chosen) => choices.some((choice) => choice.id === chosen)) }]
    }),
  )

const isNothing = ({ choiceIds, text }: Given): boolean => choiceIds.length === 0 && text.trim() === ''

interface QuestionProps {
  number: number
  question: AskedQuestion
  given: Given
  verdict: Result['questions'][number] | undefined
  onChange: (given: Given) => void
}

function Question({ number, question: { kind, text, choices }, given, verdict, onChange }: QuestionProps) {
  const { t } = useTranslation('portal')
  const label = `${number}. ${text}`
  const isOver = verdict !== undefined
  const told = verdict && <Verdict verdict={verdict} choices={choices} />
  if (kind === 'text')
    return (
      <div>
        <TextInput
          label={label}
          maw={480}
          disabled={isOver}
          value={given.text}
          onChange={(event) => onChange({ ...given, text: event.currentTarget.value })}
        />
        {told}
      </div>
    )
  if (kind === 'single')
    return (
      <Radio.Group
        label={label}
        value={given.choiceIds[0] ?? ''}
        onChange={(id) => onChange({ ...given, choiceIds: [id] })}
      >
        <Stack gap="xs" mt="xs">
          {choices.map((choice) => (
            <Radio key={choice.id} value={choice.id} label={choice.text} disabled={isOver} />
          ))}
        </Stack>
        {told}
      </Radio.Group>
    )
  return (
    <Checkbox.Group
      label={label}
      description={t('severalRight')}
      value={given.choiceIds}
      onChange={(choiceIds) => onChange({ ...given, choiceIds })}
    >
      <Stack gap="xs" mt="xs">
        {choices.map((choice) => (
          <Checkbox key={choice.id} value={choice.id} label={choice.text} disabled={isOver} />
        ))}
      </Stack>
      {told}
    </Checkbox.Group>
  )
}

function Verdict({ verdict, choices }: { verdict: Result['questions'][number]; choices: AskedQuestion['choices'] }) {
  const { t } = useTranslation('portal')
  const right =
    verdict.accepted ?? choices.filter(({ id }) => verdict.rightChoiceIds?.includes(id)).map((choice) => choice.text)
  return (
    <Text size="sm" mt="xs" fw={500}>
      {verdict.isRight ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />}{' '}
      {t(verdict.isRight ? 'right' : 'wrong')}
      {!verdict.isRight && right.length > 0 && ` ${t('wouldBeRight', { answers: right.join(', ') })}`}
    </Text>
  )
}
