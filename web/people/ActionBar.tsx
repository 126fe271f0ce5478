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

const actions = [
  ['deactivate', 'deactivate', IconUserOff],
  ['activate', 'activate', IconUserCheck],
  ['clear_date', 'clearDate', IconCalendarOff],
  ['department', 'changeDepartment', IconBuilding],
  ['group', 'addToGroup', IconUsersGroup],
  ['enroll', 'assignCourses', IconBook],
] as const satisfies readonly (readonly [PersonAction, string, unknown])[]

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
          {actions.map(([action, words, Icon]) => (
            <Button
              key={action}
              variant="default"
              px="xs"
              leftSection={<Icon size={16} />}
              onClick={() => onAction(action)}
            >
              {t(words)}
            </Button>
          ))}
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
