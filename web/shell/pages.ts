import {
  IconActivity,
  IconArmchair,
  IconBook,
  IconChartBar,
  IconHierarchy2,
  IconSettings,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react'
import { allows, type Access, type Role } from '#contract/roles.ts'

const pages = [
  { to: '/people', word: 'people', icon: IconUsers, access: 'people' },
  { to: '/groups', word: 'groups', icon: IconUsersGroup, access: 'people' },
  { to: '/departments', word: 'departments', icon: IconHierarchy2, access: 'people' },
  { to: '/courses', word: 'courses', icon: IconBook, access: 'catalog' },
  { to: '/seats', word: 'seats', icon: IconArmchair, access: 'people' },
  { to: '/reports', word: 'reports', icon: IconChartBar, access: 'people' },
  { to: '/activity', word: 'activity', icon: IconActivity, access: 'people' },
  { to: '/settings', word: 'settings', icon: IconSettings, access: 'account' },
] as const satisfies readonly { access: Access; [other: string]: unknown }[]

/** The pages of the navigation and of the command palette, by what the role may open. */
export const pagesOf = (role: Role) => pages.filter(({ access }) => allows(access, role))
