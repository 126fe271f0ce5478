import { ActionIcon, Button, Card, Checkbox, Group, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { QuestionTyped } from './module-form.ts'
import { Wrong } from './Wrong.tsx'

interface QuestionFieldsProps {
  question: QuestionTyped
  place: number
  count: number
  errors: Readonly<Record<string, string>>
  onChange: (question: QuestionTyped) => void
  onMove: (step: -1 | 1) => void
  onRemove: () => void
  newChoice: () => QuestionTyped['choices'][number]
}

const mostAnswers = 20

/** One question with its answers; what is wrong stands where it is. */
export function QuestionFields(props: QuestionFieldsProps) {
  const { t } = useTranslation('courses')
  const { question, place, count, errors, onChange, onMove, onRemove } = props
  const errorAt = (part: string): string | undefined => errors[`content.quiz.questions.${place}.${part}`]
  const whole = errorAt('choices') ?? errorAt('accepted')
  const number = { number: place + 1 }
  return (
    <Card padding="md" role="group" aria-label={t('questionNumber', number)}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Text fw={600}>
            {t('questionNumber', number)}{' '}
            <Text span c="dimmed" fw={400}>
              {t(`question.${question.kind}`)}
            </Text>
          </Text>
          <Group gap={4} wrap="nowrap">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('questionUp', number)}
              disabled={place === 0}
              onClick={() => onMove(-1)}
            >
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('questionDown', number)}
              disabled={place === count - 1}
              onClick={() => onMove(1)}
            >
              <IconArrowDown size={16} />
            </ActionIcon>
            <ActionIcon variant="subtle" color="red" aria-label={t('questionRemove', number)} onClick={onRemove}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        </Group>
        <Textarea
          aria-label={t('questionText', number)}
          placeholder={t('questionPlaceholder')}
          autosize
          minRows={1}
          maxLength={2000}
          value={question.text}
          // A question is one line; a line break would be a control character.
          onChange={(event) => onChange({ ...question, text: event.currentTarget.value.replaceAll(/\s*\n/g, ' ') })}
          error={errorAt('text')}
        />
        {question.kind === 'text' ? <Accepted {...props} /> : <Choices {...props} />}
        {whole && <Wrong>{whole}</Wrong>}
      </Stack>
    </Card>
  )
}

function Choices({ question, place, errors, onChange, newChoice }: QuestionFieldsProps) {
  const { t } = useTranslation('courses')
  const { choices, kind } = question
  const Tick = kind === 'single' ? Radio : Checkbox
  const put = (next: QuestionTyped['choices']): void => onChange({ ...question, choices: next })
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t(kind === 'single' ? 'markOne' : 'markAll')}
      </Text>
      {choices.map((choice, at) => (
        <Group key={choice.id} gap="xs" wrap="nowrap" align="flex-start">
          <Tick
            mt={8}
            name={question.id}
            aria-label={t('rightAnswer', { number: at + 1 })}
            checked={choice.isRight}
            onChange={(event) => {
              const isRight = event.currentTarget.checked
              put(
                choices.map((one) => ({
                  ...one,
                  isRight: one.id === choice.id ? isRight : kind === 'multiple' && one.isRight,
                })),
              )
            }}
          />
          <TextInput
            flex={1}
            aria-label={t('answer', { number: at + 1 })}
            placeholder={t('answer', { number: at + 1 })}
            maxLength={500}
            value={choice.text}
            onChange={(event) => put(choices.with(at, { ...choice, text: event.currentTarget.value }))}
            error={errors[`content.quiz.questions.${place}.choices.${at}.text`]}
          />
          <RemoveAnswer number={at + 1} onRemove={() => put(choices.toSpliced(at, 1))} />
        </Group>
      ))}
      <AddAnswer isFull={choices.length >= mostAnswers} onAdd={() => put([...choices, newChoice()])} />
    </Stack>
  )
}

function Accepted({ question, place, errors, onChange }: QuestionFieldsProps) {
  const { t } = useTranslation('courses')
  const { accepted } = question
  const put = (next: string[]): void => onChange({ ...question, accepted: next })
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('acceptedHint')}
      </Text>
      {accepted.map((answer, at) => (
        // An answer has no identity but its place.
        <Group key={at} gap="xs" wrap="nowrap" align="flex-start">
          <TextInput
            flex={1}
            aria-label={t('acceptedAnswer', { number: at + 1 })}
            placeholder={t('acceptedAnswer', { number: at + 1 })}
            maxLength={200}
            value={answer}
            onChange={(event) => put(accepted.with(at, event.currentTarget.value))}
            error={errors[`content.quiz.questions.${place}.accepted.${at}`]}
          />
          <RemoveAnswer number={at + 1} onRemove={() => put(accepted.toSpliced(at, 1))} />
        </Group>
      ))}
      <AddAnswer isFull={accepted.length >= mostAnswers} onAdd={() => put([...accepted, ''])} />
    </Stack>
  )
}

function RemoveAnswer({ number, onRemove }: { number: number; onRemove: () => void }) {
  const { t } = useTranslation('courses')
  return (
    <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('removeAnswer', { number })} onClick={onRemove}>
      <IconX size={16} />
    </ActionIcon>
  )
}

function AddAnswer({ isFull, onAdd }: { isFull: boolean; onAdd: () => void }) {
  const { t } = useTranslation('courses')
  return (
    <Button
      variant="subtle"
      size="xs"
      leftSection={<IconPlus size={14} />}
      w="fit-content"
      disabled={isFull}
      onClick={onAdd}
    >
      {t('addAnswer')}
    </Button>
  )
}
