import { Button, Card, Group, NumberInput, Stack, Switch, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Course, editCourse } from '#contract/courses.ts'
import { call } from '#web/api/call.ts'
import { fieldErrors, Refused } from '#web/api/refused.ts'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import { ChangeStateDialog } from './ChangeState.tsx'
import { CoverField } from './CoverField.tsx'
import { useKeep } from './courses.queries.ts'
import { Stale } from './Stale.tsx'

const settingsOf = ({ title, description, coverFileId, givesCertificate, certificateMonths }: Course) => ({
  title,
  description,
  coverFileId,
  givesCertificate,
  certificateMonths,
})
type Typed = ReturnType<typeof settingsOf>
const isSame = (one: Typed, other: Typed): boolean => JSON.stringify(one) === JSON.stringify(other)

/** What a course is called, how it looks in the portal, and what it gives. */
export function SettingsTab({ course }: { course: Course }) {
  const { t } = useTranslation('courses')
  const keep = useKeep()
  const [base, setBase] = useState(course)
  const [isBusy, setIsBusy] = useState(false)
  const [isStale, setIsStale] = useState(false)
  const [isArchiving, setIsArchiving] = useState(false)
  const [typed, setTyped] = useState<Typed>(() => settingsOf(course))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const put = (part: Partial<Typed>): void => setTyped({ ...typed, ...part })
  const isChanged = !isSame(typed, settingsOf(base))
  // Over what somebody else saved, nothing is saved before one of the two is chosen.
  const canSave = isChanged && !isBusy && !isStale
  useUnsavedGuard(isChanged || isBusy)

  const begin = (from: Course, mine: boolean): void => {
    setBase(from)
    if (!mine) setTyped(settingsOf(from))
    setErrors({})
    setIsStale(false)
  }
  // Somebody else saved it, and nothing of one's own would be lost.
  if (course.version > base.version && !isChanged && !isBusy) begin(course, false)

  const save = useMutation({
    mutationFn: () => call(editCourse, { courseId: course.id, version: base.version, ...typed }),
    onSuccess: (saved) => {
      keep(saved)
      begin(saved, false)
      toastDone({ title: t('settingsSaved') })
    },
    onError: (error) => {
      const wrong = fieldErrors(error)
      if (error instanceof Refused && error.code === 'stale_edit') setIsStale(true)
      else if (Object.keys(wrong).length > 0) setErrors(wrong)
      else toastRefused(error)
    },
  })
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (canSave && !save.isPending) save.mutate()
      }}
    >
      <Stack gap="lg" maw={720}>
        <Group justify="space-between">
          <Title order={2}>{t('tabSettings')}</Title>
          <Button type="submit" disabled={!canSave} loading={save.isPending}>
            {t('save')}
          </Button>
        </Group>
        {isStale && <Stale courseId={course.id} onResolve={begin} />}
        <TextInput
          label={t('courseTitle')}
          maxLength={200}
          value={typed.title}
          onChange={(event) => put({ title: event.currentTarget.value })}
          error={errors['title']}
        />
        <Textarea
          label={t('description')}
          description={t('descriptionHint')}
          maxLength={5000}
          autosize
          minRows={4}
          value={typed.description}
          onChange={(event) => put({ description: event.currentTarget.value })}
          error={errors['description']}
        />
        <CoverField fileId={typed.coverFileId} onChange={(coverFileId) => put({ coverFileId })} onBusy={setIsBusy} />
        <Certificate
          gives={typed.givesCertificate}
          months={typed.certificateMonths}
          onChange={(givesCertificate, certificateMonths) => put({ givesCertificate, certificateMonths })}
          error={errors['certificateMonths']}
        />
        {course.state !== 'archived' && (
          <Card>
            <Group justify="space-between">
              <Stack gap={2} flex="1 1 260px">
                <Text fw={600}>{t('archive')}</Text>
                <Text c="dimmed">{t('archiveText')}</Text>
              </Stack>
              <Button variant="default" onClick={() => setIsArchiving(true)}>
                {t('archive')}
              </Button>
            </Group>
          </Card>
        )}
      </Stack>
      {isArchiving && <ChangeStateDialog course={course} next="archived" onClose={() => setIsArchiving(false)} />}
    </form>
  )
}

interface CertificateProps {
  gives: boolean
  months: number | null
  onChange: (gives: boolean, months: number | null) => void
  error: string | undefined
}

const usualMonths = 12

function Certificate({ gives, months, onChange, error }: CertificateProps) {
  const { t } = useTranslation('courses')
  return (
    <Stack gap="sm">
      <Switch
        label={t('certificate')}
        description={t('certificateHint')}
        checked={gives}
        onChange={(event) => onChange(event.currentTarget.checked, months)}
      />
      {gives && (
        <Switch
          label={t('certificateEnds')}
          checked={months !== null}
          onChange={(event) => onChange(gives, event.currentTarget.checked ? usualMonths : null)}
        />
      )}
      {gives && months !== null && (
        <NumberInput
          label={t('certificateMonths')}
          min={1}
          max={600}
          allowDecimal={false}
          w={200}
          value={months}
          onChange={(value) => onChange(gives, Number(value))}
          error={error}
        />
      )}
    </Stack>
  )
}
