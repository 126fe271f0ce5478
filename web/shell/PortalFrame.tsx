import { Button } from '@mantine/core'
import { IconCertificate, IconHistory, IconHome } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Me } from '#contract/sign-in.ts'
import { Brand } from './Brand.tsx'
import classes from './Frame.module.css'
import { MyMenu } from './MyMenu.tsx'

const pages = [
  { to: '/home', word: 'home', icon: IconHome },
  { to: '/certificates', word: 'certificates', icon: IconCertificate },
  { to: '/history', word: 'learningHistory', icon: IconHistory },
] as const

/** The learner's frame: a bar on top, and their work. */
export function PortalFrame({ mine, children }: { mine: Me; children: ReactNode }) {
  const { t } = useTranslation('shell')
  return (
    <div className={classes.portal}>
      <header className={classes.portalBar}>
        <Brand />
        <nav aria-label={t('navigation')} className={classes.portalLinks}>
          {pages.map(({ to, word, icon: Icon }) => (
            <Button
              key={to}
              component={Link}
              to={to}
              variant="subtle"
              color="gray"
              px="xs"
              leftSection={<Icon size={18} stroke={1.75} />}
            >
              {t(word)}
            </Button>
          ))}
        </nav>
        <MyMenu mine={mine} isCompact />
      </header>
      <main id="content" tabIndex={-1} className={classes.portalContent}>
        {children}
      </main>
    </div>
  )
}
