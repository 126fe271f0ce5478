import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Database } from '#server/db/database.ts'
import type { Gate } from '#server/gate/gate.ts'
import { workAs } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { Streams } from './streams.ts'

/** Server-sent events for an open page: `access-ended` with the reason, `people` when somebody's status changed. */
export function liveRoutes(app: FastifyInstance, database: Database, { cookie }: Gate): void {
  const streams = new Streams(database)
  app.addHook('preClose', async () => streams.close())

  app.get('/api/v1/live', { config: { way: 'signed_in' }, exposeHeadRoute: false }, async (request, reply) => {
    const credential = cookie.read(request)
    if (!credential) throw new Problem('not_signed_in')
    const entered = await workAs(database, credential, 'reading', async ({ db, accountId, actor }) => {
      const { rows } = await sql<{
        newest: string | null
      }>`select newest from newest_events(array[${accountId}]::uuid[])`.execute(db)
      return { accountId, actor, newest: rows[0]?.newest ?? '' }
    })
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value)
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    reply.raw.write('retry: 2000\n\n')
    streams.add(
      { accountId: entered.accountId, sessionId: sessionOf(entered.actor), response: reply.raw },
      entered.newest,
    )
  })
}

const sessionOf = (actor: { id: null } | { id: string; sessionId: string }): string => {
  if (actor.id === null) throw new Problem('not_signed_in')
  return actor.sessionId
}
