import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Database } from '#server/db/database.ts'

/** For whoever watches over the process: `/health` says that it runs, `/ready` that it can serve. */
export function healthRoutes(app: FastifyInstance, database: Database): void {
  app.get('/health', { config: { way: 'public' } }, () => ({ status: 'ok' }))
  app.get('/ready', { config: { way: 'public' } }, async () => {
    await sql`select 1`.execute(database)
    return { status: 'ok' }
  })
}
