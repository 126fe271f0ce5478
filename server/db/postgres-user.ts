import { execFileSync, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'

interface Owner {
  uid: number
  gid: number
}

/** How a program of PostgreSQL is to be started, and to whom its files belong. */
export interface PostgresUser {
  /** Null: whoever runs Rollcall. */
  owner: Owner | null
  /** What to hand to `spawn()`. */
  started(program: string, args: string[]): [program: string, args: string[], as: Partial<Owner>]
}

const missing = 'Start Rollcall as an ordinary user, or set DATABASE_URL.'

/**
 * PostgreSQL refuses to run as root; then it runs as the system's user `postgres`, who is made when missing.
 *
 * @throws Error when that user cannot be made, or may not enter one of the folders
 */
export function postgresUser(folders: readonly string[]): PostgresUser {
  if (process.getuid?.() !== 0) return { owner: null, started: (program, args) => [program, args, {}] }

  const owner = systemUser() ?? makeSystemUser()
  const closed = folders.map((folder) => closedTo(owner, folder)).find((folder) => folder !== undefined)
  if (!closed) return { owner, started: (program, args) => [program, args, owner] }

  // A clone under /root or in a folder of mktemp. It is not opened to others: this one process is let through.
  const through = ['dac_read_search', 'dac_override']
    .map((capability) => letThrough(owner, capability))
    .find((prefix) => spawnSync('setpriv', [...prefix, 'test', '-x', `${closed}/.`]).status === 0)
  if (through) return { owner, started: (program, args) => ['setpriv', [...through, program, ...args], {}] }

  throw new Error(`PostgreSQL does not run as root, and the system user "postgres" may not enter ${closed}. ${missing}`)
}

/** `no_setuid_fixup`: PostgreSQL asks access(2), which otherwise answers without the capability. */
const letThrough = ({ uid, gid }: Owner, capability: string) => [
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
  '--securebits=+no_setuid_fixup',
  `--inh-caps=-all,+${capability}`,
  `--ambient-caps=-all,+${capability}`,
  '--',
]

function systemUser(): Owner | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return uid?.status === 0 && gid?.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined
}

function makeSystemUser(): Owner {
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
      { stdio: 'pipe' },
    )
  } catch (error) {
    throw new Error(`PostgreSQL does not run as root, and the system user "postgres" could not be made. ${missing}`, {
      cause: error,
    })
  }
  const made = systemUser()
  if (!made) throw new Error(`The system user "postgres" was made, but is not found. ${missing}`)
  return made
}

/** The uppermost folder on the way that this user may not enter. */
function closedTo(user: Owner, folder: string): string | undefined {
  const parent = dirname(folder)
  const above = parent === folder ? undefined : closedTo(user, parent)
  if (above) return above
  const { uid, gid, mode } = statSync(folder)
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  return mode & bit ? undefined : folder
}
