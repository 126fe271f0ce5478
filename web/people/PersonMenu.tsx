import { Menu } from '@mantine/core'
import {
  IconBook,
  IconBuilding,
  IconCalendarOff,
  IconExternalLink,
  IconUserCheck,
  IconUserOff,
  IconUsersGroup,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonRow } from '#contract/people.ts'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { nameOf } from './name-of.ts'

export type PersonAction = 'deactivate' | 'activate' | 'clear_date' | 'department' | 'group' | 'enroll'

interface PersonMenuProps {
  person: PersonRow
  onAction: (action: PersonAction, person: PersonRow) => void
}

/** The button of a row, and its menu. */
export function PersonMenu({ isLarge = false, ...props }: PersonMenuProps & { isLarge?: boolean }) {
  const { t } = useTranslation('people')
  return (
    <MoreMenu label={t('more', { name: nameOf(props.person) })} {...(isLarge && { size: 36, iconSize: 18 })}>
      <PersonMenuItems {...props} />
    </MoreMenu>
  )
}

/** What can be done with one person; what cannot says why. The same for the row's button and the right mouse button. */
export function PersonMenuItems({ person, onAction }: PersonMenuProps) {
  const { t } = useTranslation('people')
  const why = person.refusal ? t(`refusal.${person.refusal}`) : undefined
  // Rights on the person as such; that somebody is the owner or oneself forbids ending the access alone.
  const isEditable = person.refusal !== 'higher_role' && person.refusal !== 'outside_your_departments'
  const item = (action: PersonAction, icon: ReactNode, label: string, isAllowed: boolean) => (
    <Menu.Item
      leftSection={icon}
      disabled={!isAllowed}
      title={isAllowed ? undefined : why}
      onClick={() => onAction(action, person)}
    >
      {label}
    </Menu.Item>
  )
  return (
    <>
      <Menu.Item component={Link} to={`/people/${person.id}`} leftSection={<IconExternalLink size={16} />}>
        {t('open')}
      </Menu.Item>
      <Menu.Divider />
      {person.status === 'active'
        ? item('deactivate', <IconUserOff size={16} />, t('deactivateMore'), person.refusal === null)
        : item('activate', <IconUserCheck size={16} />, t('activate'), isEditable)}
      {person.deactivationDate !== null &&
        item('clear_date', <IconCalendarOff size={16} />, t('clearDateMore'), person.refusal === null)}
      {item('department', <IconBuilding size={16} />, `${t('changeDepartment')}…`, isEditable)}
      <Menu.Item
        leftSection={<IconBook size={16} />}
        disabled={person.status === 'inactive'}
        title={person.status === 'inactive' ? t('inactiveGetNone') : undefined}
        onClick={() => onAction('enroll', person)}
      >
        {t('assignCourses')}…
      </Menu.Item>
      {item('group', <IconUsersGroup size={16} />, `${t('addToGroup')}…`, isEditable)}
    </>
  )
}
