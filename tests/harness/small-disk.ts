import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A file system of its own, in memory, whose size can be changed while it is in use: whoever writes to it meets a full
 * disk, and nobody else. It takes as much memory as is written to it.
 */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'rollcall-disk-'))

  constructor(bytes: number) {
    try {
      mount(['-t', 'tmpfs', '-o', `size=${bytes},mode=755`, 'rollcall-test', this.folder])
    } catch (error) {
      rmdirSync(this.folder)
      const { stderr = '', message } = error as Error & { stderr?: string }
      throw new Error(
        `A small disk has to be mounted for this test (mount -t tmpfs), which needs Linux and root: run it with sudo, or in a container with the capability SYS_ADMIN. mount said: ${(stderr || message).trim()}`,
        { cause: error },
      )
    }
  }

  /** So many bytes are free from now on. */
  leaveFree(bytes: number): void {
    const { bsize, blocks, bfree } = statfsSync(this.folder)
    mount(['-o', `remount,size=${(blocks - bfree) * bsize + bytes}`, this.folder])
  }

  remove(): void {
    // Detached also from whoever has not let go of it yet.
    execFileSync('umount', ['--lazy', this.folder], { stdio: 'pipe' })
    rmdirSync(this.folder)
  }
}

const mount = (told: string[]) => execFileSync('mount', told, { stdio: 'pipe', encoding: 'utf8' })
