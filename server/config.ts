import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'

/** What the operator decides, from the environment. */
export interface Config {
  readonly port: number
  readonly host: string
  /** Absolute. */
  readonly dataDirectory: string
  /** As the owner of the schema. Undefined: the embedded PostgreSQL under the data folder. */
  readonly databaseUrl: string | undefined
  /** The application's own login, where it is not derived from the owner's. */
  readonly databaseAppUrl: string | undefined
  /** Where people reach Rollcall, without a slash at the end. https: cookies are Secure. */
  readonly baseUrl: string | undefined
  /** Whose X-Forwarded-… to believe, in Fastify's words. */
  readonly trustProxy: boolean | string
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

/** A wrong configuration; each line of the message names one variable and the way out. */
export class ConfigError extends Error {}

const port = /^\d{1,5}$/
const isUrl = (text: string, protocols: string[]) => {
  const url = URL.parse(text)
  return url !== null && url.hostname !== '' && protocols.includes(url.protocol)
}
/** An address, a range of them, or one of the names for ranges that Fastify knows. */
function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [address = '', bits, ...more] = text.split('/')
  const mostBits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return (
    mostBits > 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= mostBits))
  )
}
const postgresUrl = z
  .string()
  .refine(
    (text) => isUrl(text, ['postgres:', 'postgresql:']),
    'must be an address like postgres://user:password@host:5432/rollcall',
  )

const Environment = z.object({
  PORT: z
    .string()
    .refine((text) => port.test(text) && Number(text) <= 65_535, 'must be a port number from 0 (any free one) to 65535')
    .transform(Number)
    .default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, 'must be an address to listen on, like 127.0.0.1, or 0.0.0.0 for all')
    .default('127.0.0.1'),
  DATA_DIR: z
    .string()
    .refine((text) => !text.includes('\0'), 'must be the path of a folder')
    .default('data'),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_APP_URL: postgresUrl.optional(),
  BASE_URL: z
    .string()
    .refine(
      (text) => isUrl(text, ['http:', 'https:']) && new URL(text).pathname === '/' && !/[?#@]/.test(text),
      'must be an address without a path, like https://learn.example.org',
    )
    .transform((text) => new URL(text).origin)
    .optional(),
  TRUST_PROXY: z
    .string()
    .refine(
      (text) => /^(true|false)$/.test(text) || text.split(',').every((part) => isNetwork(part.trim())),
      'must be the addresses of the proxies in front, like 127.0.0.1 or 10.0.0.0/8, separated by commas; or true, if nobody can come in past them; or false',
    )
    .transform((text) => (text === 'true' || text === 'false' ? text === 'true' : text))
    .default(false),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be fatal, error, warn, info, debug, trace or silent',
    )
    .default('warn'),
})

/**
 * Reads the configuration. A variable that is set to nothing counts as not set, as in Compose files.
 *
 * @throws ConfigError naming every wrong value
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const { data, error } = Environment.safeParse(given)
  if (error) {
    // The value itself is not repeated: an address of a database holds a password.
    throw new ConfigError(error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`).join('\n'))
  }
  if (data.DATABASE_APP_URL && !data.DATABASE_URL) {
    throw new ConfigError(
      'DATABASE_APP_URL is set without DATABASE_URL, the login that owns the schema. Set both, or neither.',
    )
  }
  return {
    port: data.PORT,
    host: data.HOST,
    dataDirectory: resolve(data.DATA_DIR),
    databaseUrl: data.DATABASE_URL,
    databaseAppUrl: data.DATABASE_APP_URL,
    baseUrl: data.BASE_URL,
    trustProxy: data.TRUST_PROXY,
    logLevel: data.LOG_LEVEL,
  }
}
