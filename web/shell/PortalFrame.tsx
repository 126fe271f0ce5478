import { Button } from '@mantine/core'
import { IconHome } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Me } from '#contract/sign-in.ts'
import { Brand } from './Brand.tsx'
import classes from './Frame.module.css'
import { MyMenu } from './MyMenu.tsx'

/** The learner's frame: a bar on top, and their work. */
export function PortalFrame({ mine, children }: { mine: Me; children: ReactNode }) {
  const { t } = useTranslation('shell')
  return (
    <div className={classes.portal}>
      <header className={classes.portalBar}>
        <Brand />
        <nav aria-label={t('navigation')} className={classes.portalLinks}>
          <Button
            component={Link}
            to="/home"
            variant="subtle"
            color="gray"
            leftSection={<IconHome size={18} stroke={1.75} />}
          >
            {t('home')}
          </Button>
        </nav>
        <MyMenu mine={mine} isCompact />
      </header>
      <main id="content" tabIndex={-1} className={classes.portalContent}>
        {children}
      </main>
    </div>
  )
}
