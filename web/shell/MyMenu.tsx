import { Avatar, Menu, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import {
  IconBook2,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react'
import { Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { signOut, type Me } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { forget } from '#web/api/me.ts'
import { toastRefused } from '#web/parts/toast.ts'
import classes from './MyMenu.module.css'
import { queryClient } from './queries.ts'

const schemes = [
  { scheme: 'light', icon: IconSun },
  { scheme: 'dark', icon: IconMoon },
  { scheme: 'auto', icon: IconDeviceDesktop },
] as const

/** Who I am, my account, light or dark, and the way out. */
export function MyMenu({ mine, isCompact = false }: { mine: Me; isCompact?: boolean }) {
  const { t } = useTranslation(['shell', 'parts'])
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const leave = useSignOut()
  const name = `${mine.firstName} ${mine.lastName}`

  return (
    <Menu position={isCompact ? 'bottom-end' : 'top-start'} width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.me} aria-label={t('myMenu', { name })}>
          <Avatar name={name} color="accent" size={28} radius="xl" />
          {!isCompact && (
            <span className={classes.words}>
              <span className={classes.name}>{name}</span>
              <span className={classes.role}>{t(`parts:role.${mine.role}`)}</span>
            </span>
          )}
          {!isCompact && <IconSelector size={16} className={classes.role} aria-hidden />}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{mine.email}</Menu.Label>
        <Menu.Item component={Link} to="/me" leftSection={<IconUserCircle size={16} />}>
          {t('myAccount')}
        </Menu.Item>
        {!isCompact && (
          <Menu.Item component={Link} to="/home" leftSection={<IconBook2 size={16} />}>
            {t('myLearning')}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>{t('theme')}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(chosen) => setColorScheme(chosen as MantineColorScheme)}>
          {schemes.map(({ scheme, icon: Icon }) => (
            <Menu.RadioItem key={scheme} value={scheme} rightSection={<Icon size={16} />}>
              {t(scheme)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function useSignOut(): () => Promise<void> {
  const router = useRouter()
  return async () => {
    try {
      await call(signOut, {})
      await router.navigate({ to: '/sign-in', ignoreBlocker: true })
      forget(queryClient)
    } catch (error) {
      toastRefused(error)
    }
  }
}
