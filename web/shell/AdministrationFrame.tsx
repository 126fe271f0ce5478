import { ActionIcon, Burger, Drawer } from '@mantine/core'
import { useDisclosure, useHotkeys, useMediaQuery } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Me } from '#contract/sign-in.ts'
import { Brand } from './Brand.tsx'
import classes from './Frame.module.css'
import { Navigation } from './Navigation.tsx'

// Nobody needs it before they ask for it.
const loadPalette = () => import('./CommandPalette.tsx')
const CommandPalette = lazy(async () => ({ default: (await loadPalette()).CommandPalette }))

/** Navigation at the left; on a phone a bar on top, and the navigation in a drawer. */
export function AdministrationFrame({ mine, children }: { mine: Me; children: ReactNode }) {
  const { t } = useTranslation('shell')
  // Only one of the two is drawn: each has the whole navigation.
  const isNarrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false })
  const [isDrawn, drawer] = useDisclosure()
  const [hasPalette, setHasPalette] = useState(false)
  const search = (): void => {
    drawer.close()
    setHasPalette(true)
    void loadPalette().then(({ openPalette }) => openPalette())
  }
  useHotkeys([['mod+K', search]], [])

  return (
    <div className={classes.administration}>
      {isNarrow ? (
        <header className={classes.bar}>
          <Burger opened={isDrawn} onClick={drawer.toggle} size="sm" aria-label={t('openNavigation')} />
          <Brand />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('searchOrJump')} onClick={search}>
            <IconSearch size={20} />
          </ActionIcon>
        </header>
      ) : (
        <header className={classes.side}>
          <Brand />
          <Navigation mine={mine} onSearch={search} />
        </header>
      )}
      <Drawer
        opened={isDrawn && isNarrow}
        onClose={drawer.close}
        size={300}
        title="Rollcall"
        classNames={{ content: classes.drawer!, body: classes.drawerBody! }}
        closeButtonProps={{ 'aria-label': t('close', { ns: 'parts' }) }}
      >
        <Navigation mine={mine} onSearch={search} onChoose={drawer.close} />
      </Drawer>
      <main id="content" tabIndex={-1} className={classes.content}>
        {children}
      </main>
      {hasPalette && (
        <Suspense>
          <CommandPalette role={mine.role} />
        </Suspense>
      )}
    </div>
  )
}
