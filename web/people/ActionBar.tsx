import { ActionIcon, Anchor, Button, Group, Paper, Text } from '@mantine/core'
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

/**
 * What can be done with the people who are selected. Stands on top while somebody is, over the title, so that no row
 * moves when the first one is ticked.
 */
export function ActionBar({ ticks, matching, onPage, isPageTicked, onAction }: ActionBarProps) {
  const { t } = useTranslation('people')
  const count = ticks.count(matching)
  if (count === 0) return null
  return (
    <div className={classes.bar}>
      <Paper role="toolbar" aria-label={t('actions')} p="xs" shadow="sm" withBorder>
        <Group gap="xs" className={classes.actions}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t('clearSelection')}
            title={t('clearSelection')}
            onClick={ticks.clear}
          >
            <IconX size={16} />
          </ActionIcon>
          <Text fw={600} pe="xs" aria-live="polite">
            {t('selected', { count })}
          </Text>
          <Button
            variant="default"
            px="xs"
            leftSection={<IconUserOff size={16} />}
            onClick={() => onAction('deactivate')}
          >
            {t('deactivate')}
          </Button>
          <Button
            variant="default"
            px="xs"
            leftSection={<IconUserCheck size={16} />}
            onClick={() => onAction('activate')}
          >
            {t('activate')}
          </Button>
          <Button
            variant="default"
            px="xs"
            leftSection={<IconCalendarOff size={16} />}
            onClick={() => onAction('clear_date')}
          >
            {t('clearDate')}
          </Button>
          <Button
            variant="default"
            px="xs"
            leftSection={<IconBuilding size={16} />}
            onClick={() => onAction('department')}
          >
            {t('changeDepartment')}
          </Button>
          <Button
            variant="default"
            px="xs"
            leftSection={<IconUsersGroup size={16} />}
            onClick={() => onAction('group')}
          >
            {t('addToGroup')}
          </Button>
          <Button variant="default" px="xs" leftSection={<IconBook size={16} />} onClick={() => onAction('enroll')}>
            {t('assignCourses')}
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
    </div>
  )
}
