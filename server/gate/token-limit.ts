import type { RateLimitPluginOptions } from '@fastify/rate-limit'
import { Problem } from '#server/problem.ts'
import { bearerOf, hashOf } from './credential.ts'

/**
 * How often one API token may ask of one node: 3,000 times a minute. The headers of the answers tell how much is left
 * (`RateLimit-*`, `Retry-After`). Browsers have no limit here.
 */
export const tokenLimit: RateLimitPluginOptions = {
  max: 3_000,
  timeWindow: 60_000,
  enableDraftSpec: true,
  keyGenerator: (request) => hashOf(bearerOf(request) ?? '').toString('hex'),
  allowList: (request) => bearerOf(request) === undefined,
  errorResponseBuilder: () => new Problem('too_many_requests'),
}
