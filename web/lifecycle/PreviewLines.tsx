import { List } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { previewChange } from '#contract/lifecycle.ts'

export type Preview = Answer<typeof previewChange>
type Change = Input<typeof previewChange>['change']

const alreadyKey = {
  deactivate: 'inactiveAlready',
  schedule: 'dateAlready',
  activate: 'activeAlready',
  clear_date: 'noDateAlready',
} as const

/** B2: what would happen to whom: will change, already so, skipped and why. */
export function PreviewLines({ preview, change }: { preview: Preview; change: Change }) {
  const { t } = useTranslation('lifecycle')
  return (
    <List size="sm" spacing={4} aria-live="polite">
      <List.Item fw={600}>{t('willChange', { count: preview.willChange })}</List.Item>
      {preview.alreadySo > 0 && <List.Item>{t(alreadyKey[change], { count: preview.alreadySo })}</List.Item>}
      {preview.refused.map(({ refusal, count, names }) => (
        <List.Item key={refusal}>
          {t('skipped', {
            count,
            why: t(`refusal.${refusal}`),
            names:
              count > names.length
                ? t('andMore', { names: names.join(', '), more: count - names.length })
                : names.join(', '),
          })}
        </List.Item>
      ))}
    </List>
  )
}
