import { backup } from '#server/backup/backup.ts'
import { restore } from '#server/backup/restore.ts'
import type { Manifest } from '#server/backup/tables.ts'
import { openStorage } from '#server/files/storage.ts'
import { withOwner } from './installation.ts'

/** Everything that this installation holds, as one file; the server may be running. */
export const backUp = (file: string): Promise<Manifest> =>
  withOwner(async (ownerUrl, config) => backup(ownerUrl, await openStorage(config), file))

/** A backup into an installation in which nothing is yet. @throws NotRestored */
export const restoreFrom = (file: string): Promise<Manifest> =>
  withOwner(async (ownerUrl, config) => restore(ownerUrl, await openStorage(config), file))
