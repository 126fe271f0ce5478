import { Paper, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './SignInCard.module.css'

/** What stands alone on a page before anybody is signed in. */
export function SignInCard({ children, isWide = false }: { children: ReactNode; isWide?: boolean }) {
  return (
    <div className={classes.page}>
      <div className={classes.brand}>
        <img src="/favicon.svg" alt="" width={32} height={32} />
        Rollcall
      </div>
      <Paper className={classes.card} data-wide={isWide || undefined}>
        <Stack gap="md">{children}</Stack>
      </Paper>
    </div>
  )
}
