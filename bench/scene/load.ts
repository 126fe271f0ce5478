import autocannon from 'autocannon'
import { start, type Running } from './server.ts'

/** Learners who ask who they are, one request after the other on each connection. */
export interface Load {
  readonly port: number
  readonly path: string
  readonly tokens: readonly string[]
  readonly connections: number
}

export const optionsOf = ({ port, path, tokens, connections }: Load): autocannon.Options => ({
  url: `http://127.0.0.1:${port}`,
  connections,
  requests: tokens.map((token) => ({ path, headers: { cookie: `session=${token}` } })),
})

/**
 * @returns how many requests were answered in a second
 * @throws Error when one of them was not answered well
 */
export async function answersPerSecond(options: autocannon.Options): Promise<number> {
  const result = await autocannon(options)
  mustBeWell(result)
  return result.requests.total / result.duration
}

export function mustBeWell({ errors, timeouts, non2xx, requests }: autocannon.Result): void {
  const lost = errors + timeouts + non2xx
  if (lost > 0 || requests.total === 0) throw new Error(`${lost} of ${requests.total} requests were not answered well.`)
}

/** From a process of its own, until it is stopped; that fails when the load was not answered well. */
export const keepBusy = (load: Load): Promise<Running> => start('bench/scene/busy.ts', { LOAD: JSON.stringify(load) })
