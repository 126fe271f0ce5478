import '@mantine/notifications/styles.layer.css'
import { Notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { allows } from '#contract/roles.ts'
import type { Me } from '#contract/sign-in.ts'
import { askAgain } from '#web/api/ask.ts'
import { listen } from '#web/api/live.ts'
import { LeaveDialog } from '#web/parts/LeaveDialog.tsx'
import { AdministrationFrame } from './AdministrationFrame.tsx'
import { Offline } from './Offline.tsx'
import { PortalFrame } from './PortalFrame.tsx'

/** The frame of whoever is in: an administration, or the learner's quiet one. */
export function Frame({ mine, children }: { mine: Me; children: ReactNode }) {
  const queryClient = useQueryClient()
  useEffect(() => listen(() => void askAgain(queryClient)), [queryClient])

  const Kind = allows('catalog', mine.role) ? AdministrationFrame : PortalFrame
  return (
    <>
      <Kind mine={mine}>{children}</Kind>
      <Offline />
      <LeaveDialog />
      <Notifications position="bottom-right" />
    </>
  )
}
