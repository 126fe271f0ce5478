import type { Config } from '#server/config.ts'

/**
 * Where the content of packages is served, as a browser at this host reaches it: never where the pages are. On this
 * machine itself it is even another host name, so that the pages' cookie is not sent there (R47).
 */
export function contentOrigin(config: Pick<Config, 'baseUrl' | 'contentUrl' | 'contentPort'>, host: string): string {
  if (config.contentUrl) return config.contentUrl
  const protocol = config.baseUrl?.startsWith('https:') ? 'https' : 'http'
  return `${protocol}://${otherName[host] ?? host}:${config.contentPort}`
}

const otherName: Record<string, string> = { localhost: '127.0.0.1', '127.0.0.1': 'localhost', '[::1]': 'localhost' }
