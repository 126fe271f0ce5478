import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands before several nodes, as a reverse proxy does: each request goes to the next, past those that are down. */
export class Balancer {
  readonly #server: Server
  #turn = 0

  constructor(nodes: readonly { readonly port: number }[]) {
    this.#server = createServer((asked, answer) => {
      const chunks: Buffer[] = []
      asked.on('data', (chunk: Buffer) => chunks.push(chunk))
      asked.on('end', () => pass(nodes.length))
      const pass = (tries: number): void => {
        const { port } = nodes[this.#turn++ % nodes.length]!
        const { method, url: path, headers } = asked
        const passed = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (got) => {
          answer.writeHead(got.statusCode!, { ...got.headers, 'x-node': String(port) })
          got.pipe(answer)
        })
        passed.on('error', () => {
          if (answer.headersSent) answer.destroy()
          else if (tries > 1) pass(tries - 1)
          else answer.writeHead(502).end()
        })
        answer.on('close', () => passed.destroy())
        passed.end(Buffer.concat(chunks))
      }
    })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
