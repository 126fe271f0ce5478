import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

test('without any variable it is a server of this machine alone, with everything under data/', () => {
  expect(readConfig({})).toEqual({
    port: 3000,
    webhooksMayBePrivate: false,
    identityProvidersMayBePrivate: false,
    host: '127.0.0.1',
    dataDirectory: resolve('data'),
    databaseUrl: undefined,
    databaseAppUrl: undefined,
    baseUrl: undefined,
    trustProxy: false,
    contentPort: 3001,
    contentUrl: undefined,
    smtpUrl: undefined,
    mailFrom: 'rollcall@localhost.localdomain',
    s3: undefined,
    logLevel: 'warn',
  })
  expect(readConfig({ PORT: '', BASE_URL: ' ' })).toEqual(readConfig({}))
})

test('what is set is what is meant', () => {
  expect(
    readConfig({
      PORT: '0',
      DATA_DIR: '/srv/rollcall',
      BASE_URL: 'https://Learn.example.org/',
      TRUST_PROXY: 'loopback',
      LOG_LEVEL: 'info',
    }),
  ).toMatchObject({
    port: 0,
    dataDirectory: '/srv/rollcall',
    baseUrl: 'https://learn.example.org',
    trustProxy: 'loopback',
    logLevel: 'info',
  })
  expect(readConfig({ TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy).toBe('10.0.0.0/8, ::1')
  expect(readConfig({ TRUST_PROXY: 'true' }).trustProxy).toBe(true)
})

test.each([
  [{ PORT: '80a' }, 'PORT must be a port number'],
  [{ PORT: '-1' }, 'PORT must be a port number'],
  [{ PORT: '65536' }, 'PORT must be a port number'],
  [{ HOST: 'http://localhost' }, 'HOST must be an address to listen on'],
  [{ DATABASE_URL: 'mysql://root:geheim@db/lms' }, 'DATABASE_URL must be an address like postgres://'],
  [{ DATABASE_URL: 'rollcall' }, 'DATABASE_URL must be an address like postgres://'],
  [{ BASE_URL: 'learn.example.org' }, 'BASE_URL must be an address without a path'],
  [{ BASE_URL: 'https://example.org/learn' }, 'BASE_URL must be an address without a path'],
  [{ TRUST_PROXY: 'yes' }, 'TRUST_PROXY must be the addresses of the proxies'],
  // Counting hops lets whoever comes in directly say where they come from.
  [{ TRUST_PROXY: '1' }, 'TRUST_PROXY must be the addresses of the proxies'],
  [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY must be the addresses of the proxies'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be fatal, error'],
  [{ DATABASE_APP_URL: 'postgres://app:x@db/lms' }, 'DATABASE_APP_URL is set without DATABASE_URL'],
  [{ DATABASE_URL: 'postgres://o:x@db/lms', DATABASE_POOLER: 'transaction' }, 'DATABASE_POOLER is set without'],
  [{ DATABASE_POOLER: 'session' }, 'DATABASE_POOLER must be transaction'],
  [{ READ_DATABASE_URL: 'postgres://replica/lms' }, 'READ_DATABASE_URL is set without DATABASE_URL'],
  [{ READ_DATABASE_URL: 'postgres://app:x@replica/lms' }, 'READ_DATABASE_URL must be an address without a login'],
])('%o is refused with the way out', (environment, sentence) => {
  expect(() => readConfig(environment)).toThrow(ConfigError)
  expect(() => readConfig(environment)).toThrow(sentence)
})

test('every wrong value is named, and no secret is repeated', () => {
  const read = () => readConfig({ PORT: 'x', DATABASE_URL: 'mysql://root:geheim@db/lms', LOG_LEVEL: 'loud' })
  expect(read).toThrow(/PORT.*\nDATABASE_URL.*\nLOG_LEVEL/)
  expect(read).not.toThrow(/geheim/)
})

test('files, mail and the origin of packages are set apart, and what contradicts itself is refused with the way out', () => {
  const told = {
    SMTP_URL: 'smtp://mail.example.org:587',
    MAIL_FROM: 'learn@example.org',
    S3_BUCKET: 'learn',
    CONTENT_URL: 'https://content.example.net/',
  }
  expect(readConfig({ ...told, BASE_URL: 'https://learn.example.org' })).toMatchObject({
    smtpUrl: 'smtp://mail.example.org:587',
    mailFrom: 'learn@example.org',
    contentUrl: 'https://content.example.net',
    s3: { bucket: 'learn', region: 'us-east-1', key: undefined },
  })
  const complaint = (environment: NodeJS.ProcessEnv) => () => readConfig(environment)
  expect(complaint({ BASE_URL: told.CONTENT_URL, CONTENT_URL: told.CONTENT_URL })).toThrow(
    /CONTENT_URL is the same as BASE_URL/,
  )
  expect(complaint({ S3_BUCKET: 'learn', S3_ACCESS_KEY_ID: 'key' })).toThrow(/one is missing/)
  expect(complaint({ SMTP_URL: 'mail.example.org' })).toThrow(/SMTP_URL must be/)
  expect(complaint({ MAIL_FROM: 'nobody' })).toThrow(/MAIL_FROM must be/)
})
