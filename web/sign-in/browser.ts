/** What a browser that calls itself `userAgent` most likely is. The order matters: many claim to be Safari, too. */
const browsers: [string, RegExp][] = [
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Opera', /OPR\//],
  ['Firefox', /Firefox\/|FxiOS\//],
  ['Chrome', /Chrome\/|CriOS\//],
  ['Safari', /Safari\//],
  ['curl', /^curl\//],
]
const systems: [string, RegExp][] = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux/],
]

const firstIn = (table: [string, RegExp][], userAgent: string): string | null =>
  table.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null

export function browserOf(userAgent: string | null): { name: string | null; system: string | null; isPhone: boolean } {
  const said = userAgent ?? ''
  return { name: firstIn(browsers, said), system: firstIn(systems, said), isPhone: /Mobile|iPhone|Android/.test(said) }
}
