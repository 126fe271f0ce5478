import type { FastifyInstance } from 'fastify'
import { openapi } from './openapi.ts'

/** The document; `/api/docs` is a page of the web part that reads it. */
export function apiDocsRoutes(app: FastifyInstance): void {
  const document = JSON.stringify(openapi())
  app.get('/api/openapi.json', { config: { way: 'public' } }, (_request, reply) =>
    reply.type('application/json').send(document),
  )
}
