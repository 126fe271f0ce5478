import { Group, Skeleton, Stack, VisuallyHidden } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** The shape of a page: its title, its action, its rows. */
export function PagePending() {
  const { t } = useTranslation('shell')
  return (
    <Stack gap="md" aria-busy>
      <VisuallyHidden role="status">{t('loading')}</VisuallyHidden>
      <Group justify="space-between">
        <Skeleton height={30} width={200} />
        <Skeleton height={36} width={120} />
      </Group>
      <Skeleton height={36} />
      <Skeleton height={360} />
    </Stack>
  )
}
