import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** The line between a node and its database: it can be cut, or go dead without a word. */
export class Line {
  readonly #server: Server
  readonly #open = new Set<Socket>()
  #state: 'sound' | 'cut' | 'dead' = 'sound'

  /** @param url of the database at its other end */
  constructor(url: string) {
    const { port, hostname } = new URL(url)
    this.#server = createServer((near) => {
      near.on('error', () => near.destroy())
      this.#open.add(near)
      near.on('close', () => this.#open.delete(near))
      if (this.#state === 'cut') return near.destroy()
      if (this.#state === 'dead') return near.pause()
      const far = connect(Number(port), hostname)
      far.on('error', () => near.destroy())
      far.on('close', () => near.destroy())
      near.on('close', () => far.destroy())
      near.on('data', (chunk) => this.#state === 'sound' && far.write(chunk))
      far.on('data', (chunk) => this.#state === 'sound' && near.write(chunk))
    })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  /** The same database, by this line. */
  over(url: string): string {
    const { port } = this.#server.address() as AddressInfo
    return Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href
  }

  /** Whoever is connected is told, and so is whoever tries. */
  cut(): void {
    this.#state = 'cut'
    for (const socket of this.#open) socket.destroy()
  }

  /** Nobody is told anything: what is sent gets lost. */
  die(): void {
    this.#state = 'dead'
  }

  /** Sound for whoever connects from now on; what was open while it was dead is lost. */
  mend(): void {
    for (const socket of this.#open) socket.destroy()
    this.#state = 'sound'
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
