import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance } from 'fastify'
import { accountsRoutes } from '#server/accounts/routes.ts'
import { apiDocsRoutes } from '#server/api-docs/routes.ts'
import type { Config } from '#server/config.ts'
import type { Database } from '#server/db/database.ts'
import { coursesRoutes } from '#server/courses/routes.ts'
import { departmentsRoutes } from '#server/departments/routes.ts'
import { enrollmentsRoutes } from '#server/enrollments/routes.ts'
import { filesRoutes } from '#server/files/routes.ts'
import type { Storage } from '#server/files/storage.ts'
import { Uploads } from '#server/files/uploads.ts'
import { answerProblems, problemOf, send } from '#server/gate/answer.ts'
import { openGate } from '#server/gate/gate.ts'
import { tokenLimit } from '#server/gate/token-limit.ts'
import { Replica } from '#server/gate/replica.ts'
import { securityHeaders, sendSecurityHeaders } from '#server/gate/headers.ts'
import { closeUnasked } from '#server/gate/unasked-connections.ts'
import { groupsRoutes } from '#server/groups/routes.ts'
import { importsRoutes } from '#server/imports/routes.ts'
import { lifecycleRoutes } from '#server/lifecycle/routes.ts'
import { liveRoutes } from '#server/live/routes.ts'
import { logOptions } from '#server/log.ts'
import { operationsRoutes } from '#server/operations/routes.ts'
import { pageRoutes } from '#server/pages.ts'
import { mailRoutes } from '#server/mail/routes.ts'
import { peopleRoutes } from '#server/people/routes.ts'
import { portalRoutes } from '#server/portal/routes.ts'
import { provisioningRoutes } from '#server/provisioning/routes.ts'
import { reportsRoutes } from '#server/reports/routes.ts'
import { seatsRoutes } from '#server/seats/routes.ts'
import { signInRoutes } from '#server/sign-in/routes.ts'
import { singleSignOnRoutes } from '#server/single-sign-on/routes.ts'
import { tokensRoutes } from '#server/tokens/routes.ts'
import { webhooksRoutes } from '#server/webhooks/routes.ts'
import { healthRoutes } from '#server/health.ts'
import { metricsRoute } from '#server/metrics.ts'

/** The whole application: every feature's routes behind the gate, and the pages that call them. */
export async function buildApp({
  database,
  readDatabase,
  config,
  storage,
}: {
  database: Database
  /** A replica that reports are read from. */
  readDatabase?: Database | undefined
  config: Config
  storage: Storage
}): Promise<FastifyInstance> {
  const secure = config.baseUrl?.startsWith('https:') ?? false
  const app = Fastify({
    logger: logOptions(config),
    trustProxy: config.trustProxy,
    bodyLimit: 1024 * 1024,
    // Whoever sends a request by the byte keeps no connection for longer.
    requestTimeout: 30_000,
    // An address that cannot be read is answered before any hook.
    frameworkErrors: (error, _request, reply) =>
      void send(reply.headers(securityHeaders({ secure })), problemOf(error)),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
  })
  closeUnasked(app)
  // Whatever is not JSON is refused before anything reads it.
  app.removeContentTypeParser('text/plain')
  await app.register(cookie)
  // Only what asks for it: files, streams and other protocols go out as they are.
  await app.register(compress, { global: false })
  await app.register(rateLimit, tokenLimit)
  answerProblems(app)
  sendSecurityHeaders(app, { secure })

  const replica = readDatabase && new Replica(readDatabase, app.log)
  const gate = openGate(app, database, { secure, replica })
  for (const routes of [
    lifecycleRoutes,
    operationsRoutes,
    seatsRoutes,
    peopleRoutes,
    departmentsRoutes,
    groupsRoutes,
    coursesRoutes,
    enrollmentsRoutes,
    signInRoutes,
    tokensRoutes,
  ])
    routes(gate)
  accountsRoutes(gate, storage)
  mailRoutes(gate, config)
  reportsRoutes(gate, config)
  portalRoutes(gate, config)
  webhooksRoutes(gate, config)
  singleSignOnRoutes(gate, config)
  const uploads = new Uploads(config.dataDirectory)
  filesRoutes(app, gate, storage, uploads)
  importsRoutes(gate, uploads)
  await provisioningRoutes(app, gate, database)
  liveRoutes(app, database, gate)
  apiDocsRoutes(app)
  healthRoutes(app, database)
  if (config.metricsToken !== undefined) metricsRoute(app, { database, replica }, config.metricsToken)
  await pageRoutes(app, database, gate, config)
  return app
}
