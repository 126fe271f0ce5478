import { type Endpoint, namesInPath } from './endpoint.ts'

/** A call as it travels: what the path names in the path, of the rest a query or a JSON body. */
export interface ApiRequest {
  readonly method: Endpoint['method']
  /** With the query. */
  readonly path: string
  readonly body: string | null
}

/** What leaves an input out (`undefined`, `null` in a query) is not sent. */
export function requestOf(endpoint: Endpoint, input: object): ApiRequest {
  const rest: Record<string, unknown> = { ...input }
  let path: string = endpoint.path
  for (const name of namesInPath(endpoint.path)) {
    path = path.replace(`:${name}`, encodeURIComponent(String(rest[name])))
    delete rest[name]
  }
  const { method } = endpoint
  if (method === 'POST' || method === 'PATCH') return { method, path, body: JSON.stringify(rest) }
  return { method, path: path + queryOf(rest), body: null }
}

function queryOf(input: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(name, String(one))
    }
  }
  return query.size > 0 ? `?${query.toString()}` : ''
}
