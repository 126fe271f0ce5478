import { Anchor, Button, Group, Menu, Stack, Text, Title } from '@mantine/core'
import { IconChevronLeft, IconTrash } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addModule, type Course, editModule, type Module, type ModuleKind } from '#contract/courses.ts'
import { call } from '#web/api/call.ts'
import { fieldErrors, Refused } from '#web/api/refused.ts'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { useKeep } from './courses.queries.ts'
import { iconOf } from './kinds.ts'
import { addedTo, begun, contentOf, isSame, moduleOf, type ModuleTyped, typedFrom, wrongIn } from './module-form.ts'
import classes from './ModuleEditor.module.css'
import { ModuleFields } from './ModuleFields.tsx'
import { Stale } from './Stale.tsx'

interface ModuleEditorProps {
  course: Course
  /** Null: a new one, at the end of this section. */
  module: Module | null
  kind: ModuleKind
  sectionId: string
  /** It is stored; a new one has its id now. */
  onSaved: (module: Module) => void
  onRemove: (module: Module) => void
  /** Back to the outline, where there is no room for both. */
  onBack: () => void
}

/** One module, with one Save for all of it. A new one is stored when it is saved, and not before. */
export function ModuleEditor({ course, module, kind, sectionId, onSaved, onRemove, onBack }: ModuleEditorProps) {
  const { t } = useTranslation('courses')
  const keep = useKeep()
  const [base, setBase] = useState(module)
  const [before, setBefore] = useState<ModuleTyped>(() => (module ? typedFrom(module) : begun))
  const [typed, setTyped] = useState(before)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [isBusy, setIsBusy] = useState(false)
  const [isStale, setIsStale] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const isChanged = base === null || !isSame(before, typed)
  // Over what somebody else saved, nothing is saved before one of the two is chosen.
  const canSave = isChanged && !isBusy && !isStale
  const leaveFreely = useUnsavedGuard(!isSame(before, typed) || isBusy)

  // The fields begin anew with what somebody else saved, not with what they hold already.
  const [round, setRound] = useState(0)

  const take = (from: Module): void => {
    setBase(from)
    setBefore(typedFrom(from))
    setErrors({})
    setIsStale(false)
  }
  const begin = (from: Module): void => {
    take(from)
    setTyped(typedFrom(from))
    setRound(round + 1)
  }
  // Somebody else saved it, and nothing of one's own would be lost.
  if (module && base && module.version > base.version && !isChanged && !isBusy) begin(module)

  // A new one is named first.
  useEffect(() => {
    if (module === null) form.current?.querySelector<HTMLInputElement>('[data-module-title]')?.focus()
  }, [module])

  const refuse = (wrong: Record<string, string>): void => {
    setErrors(wrong)
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong]')?.focus(),
    )
  }
  const save = useMutation({
    mutationFn: async (sent: ModuleTyped) => {
      const content = contentOf(kind, sent)!
      const told = { courseId: course.id, title: sent.title, isRequired: sent.isRequired, content }
      return base
        ? call(editModule, { ...told, moduleId: base.id, version: base.version })
        : call(addModule, { ...told, sectionId })
    },
    onSuccess: (changed, sent) => {
      const saved = base ? moduleOf(changed, base.id) : addedTo(course, changed)
      keep(changed)
      toastDone({ title: t('moduleSaved', { title: sent.title.trim() }) })
      if (!saved) return
      take(saved)
      // What was typed while it was sent stays, and is still to be saved.
      setTyped((now) => (isSame(now, sent) ? typedFrom(saved) : now))
      if (base) return
      leaveFreely()
      onSaved(saved)
    },
    onError: (error) => {
      if (error instanceof Refused && error.code === 'stale_edit') {
        setIsStale(true)
        return
      }
      const wrong = fieldErrors(error)
      if (Object.keys(wrong).length > 0) refuse(wrong)
      else toastRefused(error)
    },
  })
  const submit = (): void => {
    const wrong = wrongIn(kind, typed)
    if (contentOf(kind, typed) === null) wrong['content.fileId'] = t('fileMissing')
    if (Object.keys(wrong).length > 0) refuse(wrong)
    else save.mutate(typed)
  }

  const Icon = iconOf[kind]
  return (
    <form
      ref={form}
      noValidate
      aria-label={t(base ? 'editModule' : 'newModule', { kind: t(`kind.${kind}`) })}
      onSubmit={(event) => {
        event.preventDefault()
        if (canSave && !save.isPending) submit()
      }}
    >
      <Anchor component="button" type="button" size="sm" mb={4} hiddenFrom="md" onClick={onBack}>
        <IconChevronLeft size={14} aria-hidden /> {t('toOutline')}
      </Anchor>
      <div className={classes.head}>
        <Group gap="xs" wrap="nowrap" miw={0}>
          <Icon size={20} stroke={1.75} aria-hidden />
          <Title order={2} className={classes.title}>
            {t(base ? 'editModule' : 'newModule', { kind: t(`kind.${kind}`) })}
          </Title>
        </Group>
        <Group gap="xs" wrap="nowrap" ml="auto">
          {isChanged && base && (
            <Text size="sm" c="dimmed" visibleFrom="sm">
              {t('unsaved')}
            </Text>
          )}
          {base ? (
            <MoreMenu size={36} label={t('moreFor', { title: base.title })}>
              <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => onRemove(base)}>
                {t('removeModule')}
              </Menu.Item>
            </MoreMenu>
          ) : (
            <Button variant="default" onClick={onBack}>
              {t('discard')}
            </Button>
          )}
          <Button type="submit" disabled={!canSave} loading={save.isPending}>
            {t('save')}
          </Button>
        </Group>
      </div>
      <Stack gap="md">
        {isStale && base && (
          <Stale
            courseId={course.id}
            onResolve={(now, mine) => {
              const theirs = moduleOf(now, base.id)
              if (!theirs) onBack()
              else if (mine) take(theirs)
              else begin(theirs)
            }}
          />
        )}
        <ModuleFields
          key={round}
          kind={kind}
          before={before}
          typed={typed}
          errors={errors}
          onChange={setTyped}
          onReady={setBefore}
          onBusy={setIsBusy}
        />
      </Stack>
    </form>
  )
}
