import { mkdir, statfs } from 'node:fs/promises'
import { Problem } from '#server/problem.ts'

const GB = 1024 ** 3

/** R46. Whether there is room for so many more bytes: 5 % and 1 GB are left for what must go on, the database above all. */
export async function hasRoom(folder: string, bytes = 0): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    // Not even for the folder.
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
  const { bavail, blocks, bsize } = await statfs(folder)
  const free = bavail * bsize - bytes
  return free > GB && free > 0.05 * blocks * bsize
}

/** @throws Problem `no_room` (R46) */
export async function refuseWithoutRoom(folder: string, bytes = 0): Promise<void> {
  if (!(await hasRoom(folder, bytes))) throw new Problem('no_room')
}
