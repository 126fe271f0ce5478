import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sendRaw } from '#tests/harness/send.ts'
import { until } from '#tests/harness/until.ts'
import { filled } from './filled.ts'
import { freePorts, type Processes, type Program } from './processes.ts'
import type { Programs } from './programs.ts'

const host = '127.0.0.1'
export const superuserPassword = 'of-the-superuser'

/** One PostgreSQL and its Patroni. */
export interface Member {
  readonly name: string
  readonly port: number
  readonly restPort: number
  readonly dataDirectory: string
}

interface Told {
  readonly name: string
  readonly role: string
  readonly state: string
}

/** Three PostgreSQL under Patroni, and the etcd in which they agree on who is the primary. */
export class DatabaseCluster {
  readonly members: readonly Member[]
  readonly #processes: Processes
  readonly #programs: Programs
  readonly #running = new Map<string, Program>()

  private constructor(processes: Processes, programs: Programs, members: readonly Member[]) {
    this.#processes = processes
    this.#programs = programs
    this.members = members
  }

  /** Resolves when there is a primary, and others that follow it. */
  static async start(processes: Processes, programs: Programs): Promise<DatabaseCluster> {
    const { folder } = processes
    const [client, peer, ...ports] = await freePorts(8)
    const clientUrl = `http://${host}:${client}`
    const peerUrl = `http://${host}:${peer}`
    const etcd = {
      name: 'one',
      'data-dir': join(folder, 'etcd'),
      'listen-client-urls': clientUrl,
      'advertise-client-urls': clientUrl,
      'listen-peer-urls': peerUrl,
      'initial-advertise-peer-urls': peerUrl,
      'initial-cluster': `one=${peerUrl}`,
    }
    const options = Object.entries(etcd).map(([name, value]) => `--${name}=${value}`)
    processes.start('etcd', programs.etcd, options)
    const members = ['ada', 'bea', 'cleo'].map((name, place) => ({
      name,
      port: ports[2 * place]!,
      restPort: ports[2 * place + 1]!,
      dataDirectory: join(folder, name),
    }))
    for (const member of members) {
      const values = {
        ...member,
        host,
        etcd: `${host}:${client}`,
        programs: programs.postgres,
        network: `${host}/32`,
        sharedBuffers: '64MB',
        superuserPassword,
        replicatorPassword: 'of-the-replicator',
      }
      writeFileSync(join(folder, `${member.name}.yml`), filled('patroni.yml', values), { mode: 0o644 })
    }
    const cluster = new DatabaseCluster(processes, programs, members)
    for (const member of members) cluster.begin(member)
    await cluster.isWhole()
    return cluster
  }

  /** Starts the Patroni of a member, which brings its PostgreSQL up, or back into line. */
  begin({ name }: Member): void {
    const { folder } = this.#processes
    this.#running.set(name, this.#processes.start(name, this.#programs.patroni, [join(folder, `${name}.yml`)]))
  }

  /** What any of them that answers says of all. */
  async #told(): Promise<readonly Told[]> {
    for (const { restPort } of this.members) {
      const answer = await sendRaw(restPort, 'GET', '/cluster', {}).catch(() => undefined)
      if (answer?.status === 200) return (answer.body as { members: Told[] }).members
    }
    return []
  }

  async primary(): Promise<Member> {
    const name = (await this.#told()).find(({ role }) => role === 'leader')?.name
    const member = this.members.find((each) => each.name === name)
    if (!member) throw new Error('There is no primary.')
    return member
  }

  /** Until there is a primary, and everybody else follows it, one of them in step. */
  async isWhole(): Promise<void> {
    let told: readonly Told[] = []
    await until(
      'there is a primary, and all others follow it',
      async () => {
        told = await this.#told()
        const roles = told.map(({ role }) => role)
        const runs = told.filter(({ state }) => state === 'running' || state === 'streaming').length
        return runs === this.members.length && roles.includes('leader') && roles.includes('sync_standby')
      },
      180_000,
    ).catch((error: Error) => {
      const words = [...this.#running].map(([name, program]) => `${name}: ${program.words.slice(-1_500)}`)
      throw new Error(`${error.message} ${JSON.stringify(told)}\n${words.join('\n')}`)
    })
  }

  /** As a machine that loses its power: PostgreSQL and Patroni die at once, and tell nobody. @returns which it was */
  async killPrimary(): Promise<Member> {
    const primary = await this.primary()
    process.kill(this.#postmaster(primary), 'SIGKILL')
    this.#running.get(primary.name)!.kill()
    return primary
  }

  #postmaster({ dataDirectory }: Member): number {
    return Number(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0])
  }

  /** What a Patroni that was killed has left behind. Those that are stopped take their PostgreSQL with them. */
  killLeftovers(): void {
    for (const member of this.members)
      try {
        const pid = this.#postmaster(member)
        if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(member.dataDirectory)) process.kill(pid, 'SIGQUIT')
      } catch {
        // It has stopped.
      }
  }
}
