import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'
import type { Call } from '#contract/endpoint.ts'
import { addWebhook, webhookEvents } from '#contract/webhooks.ts'
import { buildApp } from '#server/app.ts'
import type { Repeating } from '#server/repeat.ts'
import { startWebhooks } from '#server/webhooks/deliver.ts'
import { anAccount, aPool, config, database, storage } from './account.ts'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly type: string
  readonly userId: string
}

interface Answer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A system that is told. It answers what the test says, and when. */
export class Receiver {
  readonly received: Received[] = []
  answer: (count: number) => Answer | Promise<Answer> = () => ({ status: 204 })
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString()))
      request.on('end', () => {
        const { type, data } = JSON.parse(body) as { type: string; data: { userId: string } }
        this.received.push({ headers: request.headers, body, type, userId: data.userId })
        void Promise.resolve(this.answer(this.received.length)).then(({ status, headers = {}, body: said = '' }) =>
          response.writeHead(status, headers).end(said),
        )
      })
    })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

const log = { warn() {}, error: (error: unknown) => console.error(error) }
const allowed = { webhooksMayBePrivate: true }
/** A server whose webhooks may be told at this machine. */
export const open = await buildApp({ database, config: { ...config, ...allowed }, storage })
await open.listen({ host: '127.0.0.1', port: 0 })
const [receivers, started]: [Receiver[], Repeating[]] = [[], []]
afterAll(async () => {
  await Promise.all(started.map((one) => one.stop()))
  for (const receiver of receivers) receiver.stop()
  await open.close()
})
export async function aReceiver(): Promise<Receiver> {
  const receiver = await new Receiver().start()
  receivers.push(receiver)
  return receiver
}

/** A node that tells them, until the test file is over. */
export function aNode(may = allowed): Repeating {
  const node = startWebhooks(aPool({ max: 6 }), may, log)
  started.push(node)
  return node
}

/** An account with a webhook. */
export async function listening(told: Partial<Call<typeof addWebhook>> = {}, learners = 1) {
  const account = await anAccount({ learners })
  const receiver = await aReceiver()
  const admin = account.admin.at(open)
  const { id, secret } = await admin.call(addWebhook, { url: receiver.url, events: [...webhookEvents], ...told })
  return { ...account, admin, receiver, webhookId: id, secret }
}
