import {
  checkSetupLink,
  editAccount,
  getAccount,
  listTimeZones,
  previewZone,
  setUp,
  transferOwnership,
} from '#contract/accounts.ts'
import type { Storage } from '#server/files/storage.ts'
import type { Gate } from '#server/gate/gate.ts'
import { account, edit, transfer, zonePreview } from './account.ts'
import { setUp as set } from './set-up.ts'
import { checkLink } from './setup-link.ts'
import { timeZones } from './time-zones.ts'

export function accountsRoutes({ serve, serveInTurn, servePublic }: Gate, storage: Storage): void {
  servePublic(checkSetupLink, checkLink)
  servePublic(setUp, (visit, input) => set(visit, storage, input))
  servePublic(listTimeZones, timeZones)
  serve(getAccount, account)
  serve(previewZone, zonePreview)
  serveInTurn(editAccount, edit)
  serveInTurn(transferOwnership, transfer)
}
