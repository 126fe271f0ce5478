import { Button, Group } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

export interface PagerProps {
  next: string | null
  previous: string | null
  onPage: (cursor: string) => void
}

/** The way through a list by its page markers. Nothing when there is only one page. */
export function Pager({ next, previous, onPage }: PagerProps) {
  const { t } = useTranslation('parts')
  if (!next && !previous) return null
  return (
    <Group component="nav" aria-label={t('pages')} justify="flex-end" gap="xs" mt="md">
      <Button
        variant="default"
        leftSection={<IconChevronLeft size={16} />}
        disabled={!previous}
        onClick={() => previous && onPage(previous)}
      >
        {t('previousPage')}
      </Button>
      <Button
        variant="default"
        rightSection={<IconChevronRight size={16} />}
        disabled={!next}
        onClick={() => next && onPage(next)}
      >
        {t('nextPage')}
      </Button>
    </Group>
  )
}
