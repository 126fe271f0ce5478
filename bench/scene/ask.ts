import { Agent, request } from 'node:http'

export interface Reply {
  readonly body: string
  readonly firstByteMs: number
  readonly totalMs: number
  readonly bytes: number
}

export interface Asked {
  readonly path: string
  readonly token?: string
  /** Sent as JSON, by POST. */
  readonly body?: object
  /** Whether the answer is only counted, and not kept. */
  readonly isLarge?: boolean
}

const agent = new Agent({ keepAlive: true })

/**
 * Asks the server as a browser does, on a connection that is open already.
 *
 * @throws Error for every answer that is none: what was refused is not measured
 */
export function ask(port: number, { path, token, body, isLarge = false }: Asked): Promise<Reply> {
  const text = body && JSON.stringify(body)
  const headers = {
    ...(token && { cookie: `session=${token}` }),
    ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  }
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const sent = request(
      { agent, host: '127.0.0.1', port, path, method: text ? 'POST' : 'GET', headers },
      (response) => {
        const chunks: Buffer[] = []
        let [firstByteMs, bytes] = [0, 0]
        response.on('data', (chunk: Buffer) => {
          firstByteMs ||= performance.now() - startedAt
          bytes += chunk.length
          if (!isLarge) chunks.push(chunk)
        })
        response.on('error', reject)
        response.on('end', () => {
          const totalMs = performance.now() - startedAt
          const said = Buffer.concat(chunks).toString()
          if (response.statusCode === 200) resolve({ body: said, firstByteMs, totalMs, bytes })
          else reject(new Error(`${path} answered ${response.statusCode}: ${said.slice(0, 300)}`))
        })
      },
    )
    sent.on('error', reject)
    sent.end(text)
  })
}
