import { Button, Group, Menu, NumberInput, Stack, Switch, Text } from '@mantine/core'
import { IconChecks, IconCircleCheck, IconCursorText, IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { QuestionTyped, QuizTyped } from './module-form.ts'
import { QuestionFields } from './QuestionFields.tsx'

interface QuizFieldsProps {
  quiz: QuizTyped
  onChange: (quiz: QuizTyped) => void
  /** By place, as `content.quiz.questions.0.choices`. */
  errors: Readonly<Record<string, string>>
}

const kinds = [
  { kind: 'single', icon: IconCircleCheck },
  { kind: 'multiple', icon: IconChecks },
  { kind: 'text', icon: IconCursorText },
] as const

const anEmpty = (kind: QuestionTyped['kind']): QuestionTyped => ({
  id: crypto.randomUUID(),
  kind,
  text: '',
  choices: kind === 'text' ? [] : [anEmptyChoice(), anEmptyChoice()],
  accepted: kind === 'text' ? [''] : [],
})
const anEmptyChoice = (): QuestionTyped['choices'][number] => ({ id: crypto.randomUUID(), text: '', isRight: false })

/** The questions of a quiz, when it is passed, and how often it may be tried. */
export function QuizFields({ quiz, onChange, errors }: QuizFieldsProps) {
  const { t } = useTranslation('courses')
  const { questions, passMark, mostAttempts } = quiz
  const put = (next: QuestionTyped[]): void => onChange({ ...quiz, questions: next })
  return (
    <Stack gap="md">
      <Group gap="md" align="flex-start">
        <NumberInput
          label={t('passMark')}
          description={t('passMarkHint')}
          suffix=" %"
          min={0}
          max={100}
          allowDecimal={false}
          w={200}
          value={passMark}
          onChange={(value) => onChange({ ...quiz, passMark: Number(value) })}
          error={errors['content.quiz.passMark']}
        />
        <Stack gap={4}>
          <NumberInput
            label={t('attempts')}
            description={t('attemptsHint')}
            min={1}
            max={100}
            allowDecimal={false}
            w={200}
            disabled={mostAttempts === null}
            value={mostAttempts ?? ''}
            onChange={(value) => onChange({ ...quiz, mostAttempts: Number(value) })}
            error={errors['content.quiz.mostAttempts']}
          />
          <Switch
            label={t('anyAttempts')}
            checked={mostAttempts === null}
            onChange={(event) => onChange({ ...quiz, mostAttempts: event.currentTarget.checked ? null : 3 })}
          />
        </Stack>
      </Group>
      {questions.length === 0 && <Text c="dimmed">{t('noQuestions')}</Text>}
      {questions.map((question, place) => (
        <QuestionFields
          key={question.id}
          question={question}
          place={place}
          count={questions.length}
          errors={errors}
          onChange={(next) => put(questions.with(place, next))}
          onMove={(step) => put(questions.toSpliced(place, 1).toSpliced(place + step, 0, question))}
          onRemove={() => put(questions.toSpliced(place, 1))}
          newChoice={anEmptyChoice}
        />
      ))}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" leftSection={<IconPlus size={16} />} w="fit-content">
            {t('addQuestion')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kinds.map(({ kind, icon: Icon }) => (
            <Menu.Item key={kind} leftSection={<Icon size={16} />} onClick={() => put([...questions, anEmpty(kind)])}>
              {t(`question.${kind}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Stack>
  )
}
