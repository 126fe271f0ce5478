/** Preloaded into a server: its own clock is as many days off as it is told, the database's is not. */
const byMs = Number(process.env['CLOCK_OFF_DAYS']) * 86_400_000
const { now } = Date

globalThis.Date = new Proxy(Date, {
  construct: (date, told, target) => Reflect.construct(date, told.length > 0 ? told : [now() + byMs], target),
  apply: (date) => new date(now() + byMs).toString(),
  get: (date, name) => (name === 'now' ? () => now() + byMs : Reflect.get(date, name)),
})
