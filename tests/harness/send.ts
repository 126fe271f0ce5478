import { Agent, request } from 'node:http'
import type { Endpoint } from '#contract/endpoint.ts'
import { requestOf } from '#contract/request.ts'
import { refuseUndocumented } from './documented.ts'

export interface Reply {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: unknown
  /** The body as it came. */
  readonly bytes: Buffer
}

const agent = new Agent({ keepAlive: true, maxSockets: 100 })

/** Calls an endpoint as a browser would, at any host name. What is not as in the OpenAPI document fails the test (R48). */
export async function send(
  port: number,
  endpoint: Endpoint,
  input: object,
  headers: Record<string, string>,
): Promise<Reply> {
  const { method, path, body } = requestOf(endpoint, input)
  const reply = await (body === null
    ? sendRaw(port, method, path, headers)
    : sendRaw(port, method, path, { 'content-type': 'application/json', ...headers }, body))
  const mediaType = String(reply.headers['content-type']).split(';')[0]!
  refuseUndocumented(endpoint, input, { status: reply.status, mediaType, body: reply.body })
  return reply
}

/** Sends exactly this. The body of the reply is read as JSON where it says that it is. */
export function sendRaw(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Buffer,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString()
        const isJson = /json/.test(response.headers['content-type'] ?? '')
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: isJson && text ? JSON.parse(text) : text,
          bytes,
        })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
