import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Database } from '#server/db/database.ts'
import type { Gate } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { Streams } from './streams.ts'

/** Server-sent events for an open page: `access-ended` with the reason, `people` when somebody's status changed. */
export function liveRoutes(app: FastifyInstance, database: Database, { serveRaw, openResponses }: Gate): void {
  const streams = new Streams(database, openResponses)
  app.addHook('preClose', async () => streams.close())

  const newest = async ({ db, accountId }: Work): Promise<string> => {
    const { rows } = await sql<{
      newest: string | null
    }>`select newest from newest_events(array[${accountId}]::uuid[])`.execute(db)
    return rows[0]?.newest ?? ''
  }
  serveRaw(
    { method: 'GET', url: '/api/v1/live', access: 'signed_in', scope: null },
    newest,
    (newestEvent, entered, _, reply) => {
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      reply.raw.write('retry: 2000\n\n')
      streams.add({ ...entered, response: reply.raw }, newestEvent)
    },
  )
}
