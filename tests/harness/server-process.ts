import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setUp } from '#contract/accounts.ts'
import { type Endpoint, type Call } from '#contract/endpoint.ts'
import { signIn } from '#contract/sign-in.ts'
import { send, type Reply } from './send.ts'

export const password = 'correct horse battery staple'
const somebody = { firstName: 'Olga', lastName: 'Owner', email: 'olga@example.org', password }

/** What tells the server who asks. */
export type Headers = { host: string; cookie: string }

/** The server as it is started by its users: a process of its own, which can be killed. */
export class ServerProcess {
  readonly dataDirectory: string
  readonly #env: Record<string, string>
  #child: ChildProcess | undefined
  /** All that it has printed since it was started, its log with it. */
  words = ''
  port = 0

  constructor(env: Record<string, string> = {}) {
    this.dataDirectory = env['DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'rollcall-server-'))
    this.#env = { DATA_DIR: this.dataDirectory, PORT: '0', CONTENT_PORT: '0', LOG_LEVEL: 'fatal', ...env }
  }

  /** Resolves when it answers. Fails with its own words when it does not come up. */
  async start(): Promise<this> {
    // Of this process's environment nothing else: Vitest sets names that mean something to the server.
    const { PATH = '', HOME = '' } = process.env
    const child = spawn(process.execPath, ['server/main.ts'], { env: { PATH, HOME, ...this.#env } })
    this.#child = child
    this.words = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => (this.words += chunk.toString()))
      child.stdout.on('data', (chunk: Buffer) => {
        this.words += chunk.toString()
        const port = /ready.* at http:\/\/[^:]+:(\d+)/.exec(this.words)?.[1]
        if (!port) return
        this.port = Number(port)
        resolve()
      })
      child.once('exit', (code, signal) => reject(new Error(`The server ended (${code ?? signal}). ${this.words}`)))
    })
    return this
  }

  /** As a power failure ends it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
    rmSync(this.dataDirectory, { recursive: true, force: true })
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  call<E extends Endpoint>(endpoint: E, input: Call<E>, headers: Record<string, string>): Promise<Reply> {
    return send(this.port, endpoint, input, headers)
  }

  /** Sets the installation up by the link that it has printed. @returns the headers of its owner */
  async setUp({ addSamples = false } = {}): Promise<Headers> {
    const told = { ...somebody, accountName: 'Acme', timeZone: 'Europe/Berlin', seatLimit: null, addSamples }
    const token = /token=(\S+)/.exec(this.words)![1]!
    return this.#signedIn(await this.call(setUp, { ...told, token }, { host: this.#host }))
  }

  /** @returns the headers of whoever signs in with the password of everybody here */
  async signIn(email: string): Promise<Headers> {
    return this.#signedIn(await this.call(signIn, { email, password }, { host: this.#host }))
  }

  #signedIn({ status, headers, body }: Reply): Headers {
    const cookie = [headers['set-cookie']].flat().find((one) => one?.includes('session='))
    if (!cookie) throw new Error(`Not signed in: ${status} ${JSON.stringify(body)}`)
    return { host: this.#host, cookie: cookie.split(';')[0]! }
  }

  get #host(): string {
    return `localhost:${this.port}`
  }

  /** Of its embedded database, past every right: to look at what was stored. */
  get adminUrl(): string {
    const home = join(this.dataDirectory, 'postgres')
    const secret = encodeURIComponent(readFileSync(join(home, 'password'), 'utf8').trim())
    const port = readFileSync(join(home, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[3]
    return `postgres://postgres:${secret}@127.0.0.1:${port}/rollcall`
  }

  /** Whether it has its database. */
  isReady(): Promise<boolean> {
    return new Promise((resolve) => {
      request({ host: '127.0.0.1', port: this.port, path: '/ready' }, (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      })
        .on('error', () => resolve(false))
        .end()
    })
  }
}
