import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The engines of others that keep a database going, as Debian has them. */
export interface Programs {
  readonly etcd: string
  readonly patroni: string
  readonly haproxy: string
  readonly pgbouncer: string
  /** The folder of PostgreSQL's own, the newest from 15 on. */
  readonly postgres: string
}

const debian = '/usr/lib/postgresql'

/** @throws Error naming every package that is missing */
export function programs(): Programs {
  const missing: string[] = []
  const found = (program: string, debianPackage: string): string => {
    // Some of them are in folders that an ordinary user does not search.
    const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
    const path = folders.map((folder) => join(folder, program)).find((each) => existsSync(each))
    if (!path) missing.push(debianPackage)
    return path ?? program
  }
  const versions = existsSync(debian) ? readdirSync(debian).filter((version) => Number(version) >= 15) : []
  const version = versions
    .sort((a, b) => Number(b) - Number(a))
    .find((each) => existsSync(join(debian, each, 'bin/postgres')))
  if (!version) missing.push('postgresql')
  for (const [module, debianPackage] of [
    ['etcd', 'python3-etcd'],
    ['psycopg2', 'python3-psycopg2'],
  ] as const)
    if (spawnSync('/usr/bin/python3', ['-c', `import ${module}`]).status !== 0) missing.push(debianPackage)

  const all = {
    etcd: found('etcd', 'etcd-server'),
    patroni: found('patroni', 'patroni'),
    haproxy: found('haproxy', 'haproxy'),
    pgbouncer: found('pgbouncer', 'pgbouncer'),
    postgres: join(debian, version ?? '', 'bin'),
  }
  if (missing.length > 0)
    throw new Error(`The failover needs programs that are not here. Run: apt-get install ${missing.join(' ')}`)
  return all
}
