import { request } from 'node:http'

interface Answered {
  readonly status: number
  /** Where it was asked. */
  readonly url: URL
  readonly body: string
  /** Where it leads next. */
  readonly to: URL | null
}

interface Going {
  readonly form?: Record<string, string>
  readonly headers?: Record<string, string>
}

/** Keeps cookies by host and goes where it is sent, as a browser does; hosts under `.test` are served at one port. */
export class Browser {
  readonly cookies = new Map<string, Map<string, string>>()
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  /** The same browser, whose requests arrive at another node. */
  at(port: number): Browser {
    const other = new Browser(port)
    for (const [host, of] of this.cookies) other.cookies.set(host, of)
    return other
  }

  cookie(host: string, name: string): string | undefined {
    return this.cookies.get(host)?.get(name)
  }

  setCookie(host: string, name: string, value: string): void {
    this.cookies.set(host, (this.cookies.get(host) ?? new Map<string, string>()).set(name, value))
  }

  go(address: string | URL, { form, headers = {} }: Going = {}): Promise<Answered> {
    const url = new URL(address)
    const isOurs = url.hostname.endsWith('.test')
    const body = form && new URLSearchParams(form).toString()
    const cookie = [...(this.cookies.get(url.host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: isOurs ? '127.0.0.1' : url.hostname,
          port: isOurs ? this.#port : url.port,
          method: body === undefined ? 'GET' : 'POST',
          path: url.pathname + url.search,
          headers: {
            host: url.host,
            ...(cookie && { cookie }),
            ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
            ...headers,
          },
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (part: string) => (text += part))
          response.on('error', reject)
          response.on('end', () => {
            for (const one of response.headers['set-cookie'] ?? []) {
              const [, name, value] = /^([^=]+)=([^;]*)/.exec(one)!
              this.setCookie(url.host, name!, value!)
            }
            const { location } = response.headers
            const to = location === undefined ? null : new URL(location, url)
            resolve({ status: response.statusCode!, url, body: text, to })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  /** Follows until nothing leads on, or `until` says that it is enough: that address is not asked any more. */
  async follow(address: string | URL, until: (url: URL) => boolean = () => false): Promise<URL> {
    let url = new URL(address)
    for (let hops = 0; hops < 12; hops++) {
      if (until(url)) return url
      const { to } = await this.go(url)
      if (!to) return url
      url = to
    }
    throw new Error(`It leads on and on, lately to ${url.href}`)
  }
}
