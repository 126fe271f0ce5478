import { Agent, request } from 'node:http'
import { type Endpoint, namesInPath } from '#contract/endpoint.ts'

export interface Reply {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: unknown
}

const agent = new Agent({ keepAlive: true, maxSockets: 100 })

/** Calls an endpoint as a browser would, at any host name. */
export function send(port: number, endpoint: Endpoint, input: object, headers: Record<string, string>): Promise<Reply> {
  const rest: Record<string, unknown> = { ...input }
  let path: string = endpoint.path
  for (const name of namesInPath(endpoint.path)) {
    path = path.replace(`:${name}`, encodeURIComponent(String(rest[name])))
    delete rest[name]
  }
  if (endpoint.method === 'POST' || endpoint.method === 'PATCH') {
    return sendRaw(
      port,
      endpoint.method,
      path,
      { 'content-type': 'application/json', ...headers },
      JSON.stringify(rest),
    )
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) query.append(name, String(one))
  }
  return sendRaw(port, endpoint.method, query.size > 0 ? `${path}?${query.toString()}` : path, headers)
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
        const text = Buffer.concat(chunks).toString()
        const isJson = /json/.test(response.headers['content-type'] ?? '')
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: isJson && text ? JSON.parse(text) : text,
        })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
