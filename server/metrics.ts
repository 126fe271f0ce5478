import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { databaseAheadBySeconds } from '#server/db/clocks.ts'
import type { Database } from '#server/db/database.ts'
import type { Replica } from '#server/gate/replica.ts'
import { Problem } from '#server/problem.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

interface Waiting {
  readonly mailsQueued: number
  readonly mailOldestSeconds: number
  readonly operationsRunning: number
  readonly operationsPaused: number
}

/**
 * `GET /metrics` in the text format of Prometheus, for whoever has the token: how requests are answered, what waits, and
 * how the process is. It tells of no account and of no person.
 */
export function metricsRoute(
  app: FastifyInstance,
  { database, replica }: { database: Database; replica: Replica | undefined },
  token: string,
): void {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const answered = new Histogram({
    name: 'rollcall_http_request_seconds',
    help: 'How long requests took to be answered, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [register],
  })
  app.addHook('onResponse', (request, reply, done) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode }
    answered.observe(labels, reply.elapsedTime / 1_000)
    done()
  })

  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [register] })
  const mails = gauge('rollcall_mails_queued', 'Mails that wait to be handed over.')
  const oldest = gauge('rollcall_mail_oldest_seconds', 'For how long the oldest of them has waited.')
  const running = gauge('rollcall_operations_running', 'Large operations under way.')
  const paused = gauge('rollcall_operations_paused', 'Large operations that wait for somebody to resume them.')
  const ahead = gauge(
    'rollcall_database_clock_ahead_seconds',
    "How far the database's clock is ahead of this machine's. More than 300 apart, nothing due is recorded, sealed or mailed.",
  )

  if (replica) watchReplica(register, replica)

  const expected = digest(`Bearer ${token}`)
  app.get('/metrics', { config: { way: 'public' } }, async (request, reply) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) throw new Problem('not_signed_in')
    const { rows } = await sql<Waiting>`select * from waiting_work()`.execute(database)
    const waiting = rows[0]!
    mails.set(waiting.mailsQueued)
    oldest.set(waiting.mailOldestSeconds)
    running.set(waiting.operationsRunning)
    paused.set(waiting.operationsPaused)
    ahead.set(await databaseAheadBySeconds(database))
    return reply.type(register.contentType).send(await register.metrics())
  })
}

function watchReplica(register: Registry, { figures }: Replica): void {
  const reports = new Counter({
    name: 'rollcall_reports_total',
    help: 'Questions of reports, by which database answered them: the replica, or the first one in its stead.',
    labelNames: ['by'],
    collect() {
      this.reset()
      this.inc({ by: 'replica' }, figures.reportsThere)
      this.inc({ by: 'first' }, figures.reportsInstead)
    },
    registers: [],
  })
  const behind = new Gauge({
    name: 'rollcall_replica_behind_seconds',
    help: 'How far behind the replica was when it was last asked.',
    collect() {
      this.set(figures.behindSeconds)
    },
    registers: [],
  })
  for (const metric of [reports, behind]) register.registerMetric(metric)
}
