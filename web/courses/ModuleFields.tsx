import { Skeleton, Stack, Switch, TextInput } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModuleKind, StoredFile } from '#contract/courses.ts'
import { fileKindOf } from './kinds.ts'
import { LinkFields } from './LinkFields.tsx'
import { isSame, type ModuleTyped } from './module-form.ts'
import { QuizFields } from './QuizFields.tsx'
import { UploadField } from './UploadField.tsx'
import { Wrong } from './Wrong.tsx'

// The editor of text is larger than the rest of the page.
const PageEditor = lazy(async () => ({ default: (await import('./PageEditor.tsx')).PageEditor }))

interface ModuleFieldsProps {
  kind: ModuleKind
  before: ModuleTyped
  typed: ModuleTyped
  errors: Readonly<Record<string, string>>
  onChange: (typed: ModuleTyped) => void
  /** The same as before, as the editor of text writes it. */
  onReady: (before: ModuleTyped) => void
  onBusy: (isBusy: boolean) => void
}

/** What a module is called and what it holds, by its kind. */
export function ModuleFields({ kind, before, typed, errors, onChange, onReady, onBusy }: ModuleFieldsProps) {
  const { t } = useTranslation('courses')
  const put = (part: Partial<ModuleTyped>): void => onChange({ ...typed, ...part })
  const fileKind = fileKindOf[kind]
  const takeFile = (file: StoredFile): void => put({ file, ...(typed.title.trim() === '' && { title: titleOf(file) }) })
  return (
    <Stack gap="md">
      <TextInput
        label={t('moduleTitle')}
        maxLength={200}
        data-module-title
        value={typed.title}
        onChange={(event) => put({ title: event.currentTarget.value })}
        error={errors['title']}
      />
      {kind === 'page' && (
        <div>
          <Suspense fallback={<Skeleton height={360} />}>
            <PageEditor
              document={typed.document}
              onReady={(document) => {
                if (isSame(before, typed)) onReady({ ...before, document })
                put({ document })
              }}
              onChange={(document) => put({ document })}
            />
          </Suspense>
          {errors['content.document'] && <Wrong>{errors['content.document']}</Wrong>}
        </div>
      )}
      {fileKind && (
        <UploadField
          kind={fileKind}
          file={typed.file}
          onFile={takeFile}
          onBusy={onBusy}
          error={errors['content.fileId']}
        />
      )}
      {kind === 'link' && <LinkFields url={typed.url} onChange={(url) => put({ url })} error={errors['content.url']} />}
      {kind === 'quiz' && <QuizFields quiz={typed.quiz} onChange={(quiz) => put({ quiz })} errors={errors} />}
      <Switch
        label={t('counts')}
        description={t(`doneBy.${kind}`)}
        checked={typed.isRequired}
        onChange={(event) => put({ isRequired: event.currentTarget.checked })}
      />
    </Stack>
  )
}

/** A package says what it is called; of other files, the name without its ending is a beginning. */
const titleOf = ({ manifest, name }: StoredFile): string =>
  (manifest?.title.trim() || name.replace(/\.[^.]+$/, '')).slice(0, 200)
