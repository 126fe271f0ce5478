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
  /** What stands before the database at `databaseAppUrl`: PgBouncer or alike, which lends a connection for a transaction. */
  readonly databasePooler: 'transaction' | undefined
  /** A streaming replica that reports are read from, without a login: the application's own is used. */
  readonly readDatabaseUrl: string | undefined
  /** Where people reach Rollcall, without a slash at the end. https: cookies are Secure. */
  readonly baseUrl: string | undefined
  /** Whose X-Forwarded-… to believe, in Fastify's words. */
  readonly trustProxy: boolean | string
  /** The port on which the content of packages is served: another origin than the pages, so that it cannot act in them (R47). */
  readonly contentPort: number
  /** Where people reach that port, without a slash at the end. Undefined: the host of the request, with that port. */
  readonly contentUrl: string | undefined
  /** The mail server, as smtp://user:password@host:port. Undefined: mail is kept in the mail log. */
  readonly smtpUrl: string | undefined
  /** From whom mail comes. */
  readonly mailFrom: string
  /** Where files are kept: undefined for `files` in the data folder. */
  readonly s3: S3 | undefined
  /** What `/metrics` asks for. Undefined: there is no such address. */
  readonly metricsToken: string | undefined
  /** Whether webhooks may reach into private networks: whoever manages an account could look around there. */
  readonly webhooksMayBePrivate: boolean
  /** The same for identity providers. They may then also be without https. */
  readonly identityProvidersMayBePrivate: boolean
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

/** An S3-compatible store. Without a key the machine's own identity is used. */
interface S3 {
  readonly bucket: string
  readonly endpoint: string | undefined
  readonly region: string
  readonly key: { readonly id: string; readonly secret: string } | undefined
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

const portNumber = z
  .string()
  .refine((text) => port.test(text) && Number(text) <= 65_535, 'must be a port number from 0 (any free one) to 65535')
  .transform(Number)
const origin = z
  .string()
  .refine(
    (text) => isUrl(text, ['http:', 'https:']) && new URL(text).pathname === '/' && !/[?#@]/.test(text),
    'must be an address without a path, like https://learn.example.org',
  )
  .transform((text) => new URL(text).origin)

const Environment = z.object({
  PORT: portNumber.default(3000),
  CONTENT_PORT: portNumber.optional(),
  CONTENT_URL: origin.optional(),
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
  DATABASE_POOLER: z.enum(['transaction'], 'must be transaction, or not be set').optional(),
  READ_DATABASE_URL: postgresUrl
    .refine(
      (text) => URL.parse(text)?.username === '',
      'must be an address without a login, like postgres://replica.example.org:5432/rollcall: the application signs in there with its own',
    )
    .optional(),
  BASE_URL: origin.optional(),
  SMTP_URL: z
    .string()
    .refine(
      (text) => isUrl(text, ['smtp:', 'smtps:']),
      'must be an address like smtp://user:password@mail.example.org:587',
    )
    .optional(),
  MAIL_FROM: z.email('must be an e-mail address, like rollcall@example.org').default('rollcall@localhost.localdomain'),
  METRICS_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters, like the output of: openssl rand -hex 32')
    .optional(),
  WEBHOOKS_MAY_BE_PRIVATE: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .default(false),
  IDENTITY_PROVIDERS_MAY_BE_PRIVATE: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .default(false),
  S3_BUCKET: z.string().optional(),
  S3_ENDPOINT: origin.optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
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
  if (data.DATABASE_POOLER && !data.DATABASE_APP_URL) {
    throw new ConfigError(
      'DATABASE_POOLER is set without DATABASE_APP_URL, the address of the pooler. DATABASE_URL leads to the database itself, past it.',
    )
  }
  if (data.READ_DATABASE_URL && !data.DATABASE_URL) {
    throw new ConfigError(
      'READ_DATABASE_URL is set without DATABASE_URL, of which it is a replica. Set both, or neither.',
    )
  }
  if (data.CONTENT_URL !== undefined && data.CONTENT_URL === data.BASE_URL) {
    throw new ConfigError(
      'CONTENT_URL is the same as BASE_URL. Give packages an address of their own, like https://content.example.org.',
    )
  }
  if ((data.S3_ACCESS_KEY_ID === undefined) !== (data.S3_SECRET_ACCESS_KEY === undefined)) {
    throw new ConfigError('Of S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY one is missing. Set both, or neither.')
  }
  return {
    port: data.PORT,
    contentPort: data.CONTENT_PORT ?? (data.PORT === 0 ? 0 : data.PORT + 1),
    contentUrl: data.CONTENT_URL,
    smtpUrl: data.SMTP_URL,
    mailFrom: data.MAIL_FROM,
    s3: data.S3_BUCKET === undefined ? undefined : s3Of(data.S3_BUCKET, data),
    host: data.HOST,
    dataDirectory: resolve(data.DATA_DIR),
    databaseUrl: data.DATABASE_URL,
    databaseAppUrl: data.DATABASE_APP_URL,
    databasePooler: data.DATABASE_POOLER,
    readDatabaseUrl: data.READ_DATABASE_URL,
    baseUrl: data.BASE_URL,
    trustProxy: data.TRUST_PROXY,
    metricsToken: data.METRICS_TOKEN,
    webhooksMayBePrivate: data.WEBHOOKS_MAY_BE_PRIVATE,
    identityProvidersMayBePrivate: data.IDENTITY_PROVIDERS_MAY_BE_PRIVATE,
    logLevel: data.LOG_LEVEL,
  }
}

function s3Of(bucket: string, data: z.infer<typeof Environment>): S3 {
  const { S3_ENDPOINT: endpoint, S3_REGION: region, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = data
  return { bucket, endpoint, region, key: id && secret ? { id, secret } : undefined }
}
