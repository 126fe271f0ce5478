import { Anchor, Button, Group, Paper, Text } from '@mantine/core'
import {
  IconBook,
  IconBuilding,
  IconCalendarOff,
  IconUserCheck,
  IconUserOff,
  IconUsersGroup,
  IconX,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './ActionBar.module.css'
import type { PersonAction } from './PersonMenu.tsx'
import type { Ticks } from './selection.ts'

interface ActionBarProps {
  ticks: Ticks
  /** How many people match the filter, and how many of them are on this page. */
  matching: number
  onPage: number
  isPageTicked: boolean
  onAction: (action: PersonAction) => void
}

/** What can be done with the people who are selected. Stands on top of the list while somebody is. */
export function ActionBar({ ticks, matching, onPage, isPageTicked, onAction }: ActionBarProps) {
  const { t } = useTranslation('people')
  const count = ticks.count(matching)
  if (count === 0) return null
  return (
    <Paper className={classes.bar} role="toolbar" aria-label={t('actions')} p="xs" shadow="xs">
      <Group gap="xs">
        <Text fw={600} px="xs" aria-live="polite">
          {t('selected', { count })}
        </Text>
        <Button variant="default" leftSection={<IconUserOff size={16} />} onClick={() => onAction('deactivate')}>
          {t('deactivate')}
        </Button>
        <Button variant="default" leftSection={<IconUserCheck size={16} />} onClick={() => onAction('activate')}>
          {t('activate')}
        </Button>
        <Button variant="default" leftSection={<IconCalendarOff size={16} />} onClick={() => onAction('clear_date')}>
          {t('clearDate')}
        </Button>
        <Button variant="default" leftSection={<IconBuilding size={16} />} onClick={() => onAction('department')}>
          {t('changeDepartment')}
        </Button>
        <Button variant="default" leftSection={<IconUsersGroup size={16} />} onClick={() => onAction('group')}>
          {t('addToGroup')}
        </Button>
        <Button variant="default" leftSection={<IconBook size={16} />} onClick={() => onAction('enroll')}>
          {t('assignCourses')}
        </Button>
        <Button variant="subtle" color="gray" leftSection={<IconX size={16} />} onClick={ticks.clear} ms="auto">
          {t('clearSelection')}
        </Button>
      </Group>
      {isPageTicked && matching > onPage && (
        <Text size="sm" px="xs" pt="xs">
          {ticks.isAll ? (
            t('allSelected', { count: matching })
          ) : (
            <>
              {t('pageSelected', { count: onPage })}{' '}
              <Anchor component="button" type="button" onClick={ticks.all}>
                {t('selectMatching', { count: matching })}
              </Anchor>
            </>
          )}
        </Text>
      )}
    </Paper>
  )
}
