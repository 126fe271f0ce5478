import {
  Alert,
  Badge,
  Button,
  Group,
  NavLink,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { editTemplate, previewTemplate, sendTestMail, type Template } from '#contract/mail.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { showErrors } from '#web/parts/forms.ts'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import classes from './MailLog.module.css'
import { templates } from './mail.queries.ts'

/** What each kind of mail says: in our words, or in those of the account. */
export function Templates() {
  const { t } = useTranslation('mail')
  const asked = useQuery(templates())
  // In the address, so that another one is a place to which unsaved words are not left unasked.
  const { kind = 'invitation' } = useSearch({ from: '/settings' })
  const navigate = useNavigate()
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (!asked.data) return <Skeleton height={420} />
  const chosen = asked.data.items.find((template) => template.kind === kind)!
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <nav aria-label={t('tabTemplates')}>
        {asked.data.items.map((template) => (
          <NavLink
            key={template.kind}
            component="button"
            active={template.kind === kind}
            aria-current={template.kind === kind ? 'true' : undefined}
            label={t(`kinds.${template.kind}`)}
            description={template.subject}
            rightSection={template.isOwn && <Badge variant="light">{t('own')}</Badge>}
            onClick={() =>
              void navigate({ to: '/settings', search: { tab: 'mail', kind: template.kind }, resetScroll: false })
            }
          />
        ))}
      </nav>
      <TemplateForm key={chosen.kind} template={chosen} />
    </SimpleGrid>
  )
}

function TemplateForm({ template: { kind, subject, body, isOwn, placeholders } }: { template: Template }) {
  const { t } = useTranslation('mail')
  const { email } = useMe()
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { subject, body } })
  useUnsavedGuard(form.isDirty())
  const onError = (error: Error): void => {
    if (!showErrors(form, error)) toastRefused(error)
  }
  const save = useMutation({
    mutationFn: (words: { subject: string | null; body: string | null }) => call(editTemplate, { kind, ...words }),
    onSuccess: (saved) => {
      form.setInitialValues({ subject: saved.subject, body: saved.body })
      form.reset()
      void queryClient.invalidateQueries(templates())
      toastDone({ title: t('saved') })
    },
    onError,
  })
  const preview = useMutation({ mutationFn: () => call(previewTemplate, { kind, ...form.values }), onError })
  const test = useMutation({
    mutationFn: () => call(sendTestMail, { kind, ...form.values }),
    onSuccess: () =>
      toastDone({ title: t('testSent', { email }), link: { label: t('tabLog'), href: '/settings?tab=mail-log' } }),
    onError,
  })
  return (
    <form noValidate onSubmit={form.onSubmit((typed) => save.mutate(typed))}>
      <Stack gap="md">
        <Group justify="flex-end" gap="xs">
          {isOwn && (
            <Button variant="subtle" color="gray" onClick={() => save.mutate({ subject: null, body: null })}>
              {t('oursAgain')}
            </Button>
          )}
          <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate()}>
            {t('preview')}
          </Button>
          <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
            {t('sendTest')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {t('save')}
          </Button>
        </Group>
        <TextInput label={t('subject')} {...form.getInputProps('subject')} />
        <Textarea label={t('body')} autosize minRows={10} {...form.getInputProps('body')} />
        <Alert color="gray" icon={<IconInfoCircle size={18} />}>
          <Text size="sm">{t('placeholders', { names: placeholders.map((name) => `{{${name}}}`).join(', ') })}</Text>
        </Alert>
        {preview.data && (
          <Stack gap="xs">
            <Text fw={600}>{preview.data.subject}</Text>
            <pre className={classes.body}>{preview.data.text}</pre>
          </Stack>
        )}
      </Stack>
    </form>
  )
}
