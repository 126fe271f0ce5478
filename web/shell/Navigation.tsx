import { Kbd, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { allows } from '#contract/roles.ts'
import type { Me } from '#contract/sign-in.ts'
import { SeatMeter } from '#web/parts/SeatMeter.tsx'
import { MyMenu } from './MyMenu.tsx'
import classes from './Navigation.module.css'
import { pagesOf } from './pages.ts'

interface NavigationProps {
  mine: Me
  onSearch: () => void
  /** Somebody chose a page. */
  onChoose?: () => void
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The pages, and at the foot the account, its seats and who I am. */
export function Navigation({ mine, onSearch, onChoose }: NavigationProps) {
  const { t } = useTranslation('shell')
  return (
    <div className={classes.navigation}>
      <UnstyledButton className={classes.search} onClick={onSearch}>
        <IconSearch size={16} aria-hidden />
        <span className={classes.grow}>{t('search')}</span>
        <Kbd size="xs">{isApple ? '⌘ K' : 'Ctrl K'}</Kbd>
      </UnstyledButton>
      <nav aria-label={t('navigation')} className={classes.pages}>
        {pagesOf(mine.role).map(({ to, word, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            className={classes.page}
            activeOptions={{ includeSearch: false }}
            activeProps={{ 'data-active': true }}
            {...(onChoose && { onClick: onChoose })}
          >
            <Icon size={18} stroke={1.75} aria-hidden />
            {t(word)}
          </Link>
        ))}
      </nav>
      <div className={classes.foot}>
        <div className={classes.account}>
          <div className={classes.accountName}>{mine.account.name}</div>
          {allows('people', mine.role) && <SeatMeter withBar />}
        </div>
        <MyMenu mine={mine} />
      </div>
    </div>
  )
}
