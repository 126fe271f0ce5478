import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { editAccount, getAccount, previewZone } from '#contract/accounts.ts'
import { activateUsers, clearDeactivationDate, deactivateUsers, previewChange } from '#contract/lifecycle.ts'
import { editUser, getUser, listUsers } from '#contract/people.ts'
import { getMe } from '#contract/sign-in.ts'
import { anAccount, letDatePass, type Person, store } from '#tests/harness/account.ts'

const { rows: zoneRows } = await sql<{ name: string }>`
  select name from pg_timezone_names where name ~ '^[A-Z][A-Za-z]+/' and name !~ '^(posix|right|SystemV)/' or name = 'UTC' order by name
`.execute(store)
/** Those that both the database and this Node know. */
const zones = zoneRows
  .map((row) => row.name)
  .filter((zone) => {
    try {
      return Temporal.Now.zonedDateTimeISO(zone) !== undefined
    } catch {
      return false
    }
  })

const years = { from: '2026-01-01', to: '2030-12-31' }
const monthFirsts = Array.from({ length: 60 }, (_, month) =>
  Temporal.PlainDate.from(years.from).add({ months: month }).toString(),
)

/** Days on which the clocks are set in a zone, with those before and after, and the first of each month. */
function datesIn(zone: string): string[] {
  const dates = new Set(monthFirsts)
  let at: Temporal.ZonedDateTime | null = Temporal.PlainDate.from(years.from).toZonedDateTime(zone)
  for (;;) {
    at = at.getTimeZoneTransition('next')
    if (!at || at.toPlainDate().toString() > years.to) break
    for (const days of [-1, 0, 1]) dates.add(at.toPlainDate().add({ days }).toString())
  }
  return [...dates]
}

const instantOf = (date: string, time: string, zone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds

/** What the database makes of the dates, in milliseconds. */
async function byDatabase(dates: readonly string[], time: string, zone: string): Promise<number[]> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from access_ends_at(day, ${time}::time, ${zone})) * 1000)::bigint as ms
    from unnest(${dates}::date[]) with ordinality as asked (day, place) order by place
  `.execute(store)
  return rows.map((row) => row.ms)
}

/**
 * Zones whose clocks changed by law in 2026: this Node knows of it (time zone data 2026c), PostgreSQL does not yet, be it
 * the embedded 18.4 or one with the data of Debian 12. Morocco is back on UTC from September 2026 on, Alberta stays at
 * -06:00 from November, British Columbia at -07:00. Any other difference is ours.
 */
const morocco = ['Africa/Casablanca', 'Africa/El_Aaiun']
const alberta = ['America/Edmonton', 'America/Yellowknife', 'Canada/Mountain']
const britishColumbia = ['America/Vancouver', 'Canada/Pacific']
const lately = [...morocco, ...alberta, ...britishColumbia]

describe('the instant of a date', () => {
  test('D1 D5 R21 in every zone, on every day when clocks are set, is what Temporal says', async () => {
    const differing = new Set<string>()
    let compared = 0
    for (const zone of zones) {
      const dates = datesIn(zone)
      for (const time of ['23:59', '00:00', '00:30', '02:30']) {
        const here = await byDatabase(dates, time, zone)
        for (const [place, date] of dates.entries()) {
          compared++
          if (here[place] !== instantOf(date, time, zone)) differing.add(zone)
        }
      }
    }
    expect(zones.length).toBeGreaterThan(400)
    expect(compared).toBeGreaterThan(100_000)
    expect([...differing].filter((zone) => !lately.includes(zone))).toEqual([])
  }, 60_000)

  test.each([
    ['Africa/Cairo', '2027-04-30', '00:00', '2027-04-29T22:00:00Z', 'a day without midnight begins at one'],
    ['America/Havana', '2027-03-14', '00:00', '2027-03-14T05:00:00Z', 'a day without midnight begins at one'],
    ['America/Santiago', '2027-09-05', '00:00', '2027-09-05T04:00:00Z', 'a day without midnight begins at one'],
    ['Asia/Beirut', '2027-03-28', '00:00', '2027-03-27T22:00:00Z', 'a day without midnight begins at one'],
    ['America/Santiago', '2027-04-03', '23:59', '2027-04-04T02:59:00Z', 'of a 23:59 that comes twice the first'],
    ['America/Havana', '2027-11-07', '00:30', '2027-11-07T04:30:00Z', 'of a 00:30 that comes twice the first'],
    ['Europe/Berlin', '2027-03-28', '02:30', '2027-03-28T01:30:00Z', 'a 02:30 that does not come is 03:30'],
    ['Australia/Lord_Howe', '2027-04-04', '01:45', '2027-04-03T14:45:00Z', 'half an hour twice, the first'],
    ['Asia/Kolkata', '2027-04-04', '23:59', '2027-04-04T18:29:00Z', 'an offset of half an hour'],
    ['Pacific/Kiritimati', '2027-04-04', '23:59', '2027-04-04T09:59:00Z', 'fourteen hours ahead'],
    ['Pacific/Niue', '2027-04-04', '23:59', '2027-04-05T10:59:00Z', 'eleven hours behind'],
  ])('D1 R21 %s %s %s is %s: %s', async (zone, date, time, instant) => {
    expect(await byDatabase([date], time, zone)).toEqual([Date.parse(instant)])
  })

  test('D1 R21 a date comes back from the API as it was set, in whatever zone, by whatever call', async () => {
    const { accountId, admin, learner } = await anAccount()
    const users = { ids: [learner.id] }
    for (const zone of zones.filter((zone, place) => place % 9 === 0 && !lately.includes(zone))) {
      await store.updateTable('accounts').set({ timeZone: zone }).where('id', '=', accountId).execute()
      const [first, second] = datesIn(zone)
        .filter((date) => date > '2027-01-02')
        .slice(-2) as [string, string]
      await admin.call(deactivateUsers, { users, deactivationDate: first })
      const read = await admin.call(getUser, { userId: learner.id })
      expect(read).toMatchObject({ deactivationDate: first, status: 'active' })
      expect(Date.parse(read.deactivateAt!)).toBe(instantOf(first, '23:59', zone))
      const edited = await admin.call(editUser, { userId: learner.id, version: read.version, deactivationDate: second })
      expect(edited).toMatchObject({ deactivationDate: second })
      expect((await admin.call(listUsers, { status: ['leaving'] })).items).toMatchObject([{ deactivationDate: second }])
      expect(await learner.call(getMe, {})).toMatchObject({ deactivationDate: second, account: { timeZone: zone } })
      expect(await learner.row()).toMatchObject({ deactivationDate: second })
    }
  }, 30_000)
})

describe('which dates are taken', () => {
  test.each(['Pacific/Kiritimati', 'Pacific/Niue'])(
    'D2 today in %s until 23:59 there, and no day before',
    async (timeZone) => {
      const { admin, people } = await anAccount({ timeZone, learners: 2 })
      const users = { ids: [people[0]!.id] }
      const { today } = await admin.call(previewChange, { users, change: 'schedule' })
      const now = Temporal.Now.zonedDateTimeISO(timeZone)
      expect(today).toBe(now.toPlainDate().toString())
      const yesterday = now.toPlainDate().subtract({ days: 1 }).toString()
      expect(await admin.refused(deactivateUsers, { users, deactivationDate: yesterday })).toMatchObject({
        status: 422,
        code: 'date_in_past',
        today,
      })

      // In the last minute of a day its 23:59 has passed.
      const isLastMinute = now.hour === 23 && now.minute === 59
      const reply = await admin.send(deactivateUsers, { users, deactivationDate: today })
      expect(reply.status).toBe(isLastMinute ? 422 : 200)
      expect(await people[0]!.call(getMe, {})).toMatchObject({ deactivationDate: isLastMinute ? null : today })
    },
  )

  test('D2 a date that no calendar has, and one beyond ten years, is refused, and nobody is changed', async () => {
    const { admin, learner } = await anAccount()
    const users = { ids: [learner.id] }
    for (const deactivationDate of [
      '2027-02-29',
      '2027-13-01',
      '2027-1-1',
      '01.01.2027',
      '2027-01-01T00:00:00Z',
      '+002027-01-01',
      '',
    ]) {
      expect(await admin.refused(deactivateUsers, { users, deactivationDate })).toMatchObject({
        status: 422,
        code: 'invalid_input',
      })
    }
    expect(await admin.refused(deactivateUsers, { users, deactivationDate: '9999-12-31' })).toMatchObject({
      status: 422,
      code: 'date_too_far',
    })
    expect(await learner.events()).toEqual([])
  })

  test('D2 where access ends at another time of day, today ends with that time', async () => {
    const { accountId, admin, learner } = await anAccount()
    await store.updateTable('accounts').set({ deactivationTime: '00:00' }).where('id', '=', accountId).execute()
    const users = { ids: [learner.id] }
    const { today } = await admin.call(previewChange, { users, change: 'schedule' })
    expect(await admin.refused(deactivateUsers, { users, deactivationDate: today })).toMatchObject({
      code: 'date_in_past',
    })
  })
})

describe('what becomes of a date', () => {
  const [first, second] = ['2031-03-01', '2031-09-01']

  const edit = async (admin: Person, whom: Person, change: object) => {
    const { version } = await admin.call(getUser, { userId: whom.id })
    return admin.call(editUser, { userId: whom.id, version, ...change })
  }

  test.each([
    [
      'set again, it is replaced',
      second,
      (admin, whom) => admin.call(deactivateUsers, { users: { ids: [whom.id] }, deactivationDate: second }),
    ],
    ['edited, it is replaced', second, (admin, whom) => edit(admin, whom, { deactivationDate: second })],
    [
      'set again as earlier, it is replaced',
      '2030-01-01',
      (admin, whom) => edit(admin, whom, { deactivationDate: '2030-01-01' }),
    ],
    ['cleared, it is gone', null, (admin, whom) => admin.call(clearDeactivationDate, { users: { ids: [whom.id] } })],
    ['edited to null, it is gone', null, (admin, whom) => edit(admin, whom, { deactivationDate: null })],
    ['left out of an edit, it stays', first, (admin, whom) => edit(admin, whom, { jobTitle: 'Baker' })],
    [
      'left out of an edit that says active, it stays',
      first,
      (admin, whom) => edit(admin, whom, { status: 'active', phone: '1' }),
    ],
    [
      'deactivated by hand, it is gone',
      null,
      (admin, whom) => admin.call(deactivateUsers, { users: { ids: [whom.id] } }),
    ],
    ['switched off, it is gone', null, (admin, whom) => edit(admin, whom, { status: 'inactive' })],
    [
      'reactivated, it starts without',
      null,
      async (admin, whom) => {
        await admin.call(deactivateUsers, { users: { ids: [whom.id] } })
        await admin.call(activateUsers, { users: { ids: [whom.id] } })
      },
    ],
    [
      'fired and reactivated, it starts without',
      null,
      async (admin, whom) => {
        await letDatePass(whom)
        await admin.call(activateUsers, { users: { ids: [whom.id] } })
      },
    ],
  ] satisfies [string, string | null, (admin: Person, whom: Person) => Promise<unknown>][])(
    'D3 %s',
    async (_, expected, change) => {
      const { admin, learner } = await anAccount()
      await admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: first })
      await change(admin, learner)
      expect((await learner.row()).deactivationDate).toBe(expected)
      expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({ deactivationDate: expected })
    },
  )
})

describe('another zone', () => {
  const edited = async (owner: Person, change: object) =>
    owner.call(editAccount, { version: (await owner.call(getAccount, {})).version, ...change })

  test('D4 moves the instants, keeps the dates, and tells whose access moves, before and after', async () => {
    const { owner, admin, people } = await anAccount({ timeZone: 'Europe/Berlin', learners: 3 })
    const [one, other, nobody] = people as [Person, Person, Person]
    await admin.call(deactivateUsers, { users: { ids: [one.id] }, deactivationDate: '2031-01-15' })
    await admin.call(deactivateUsers, { users: { ids: [other.id] }, deactivationDate: '2031-07-15' })

    const foretold = await owner.call(previewZone, { timeZone: 'Asia/Tokyo', deactivationTime: '23:59' })
    expect(await one.row()).toMatchObject({ deactivateAt: '2031-01-15T22:59:00.000Z' })
    const { moved, account } = await edited(owner, { timeZone: 'Asia/Tokyo' })
    expect(moved).toEqual(foretold)
    expect(account).toMatchObject({ timeZone: 'Asia/Tokyo' })
    expect(moved).toMatchObject({
      count: 2,
      endAtOnce: 0,
      people: [
        { userId: one.id, deactivationDate: '2031-01-15', from: '2031-01-15T22:59:00Z', to: '2031-01-15T14:59:00Z' },
        { userId: other.id, deactivationDate: '2031-07-15', from: '2031-07-15T21:59:00Z', to: '2031-07-15T14:59:00Z' },
      ],
    })
    expect(await one.row()).toMatchObject({ deactivationDate: '2031-01-15', deactivateAt: '2031-01-15T14:59:00.000Z' })
    expect((await one.events()).map((event) => event.change)).toEqual(['scheduled', 'date_moved'])
    expect(await nobody.events()).toEqual([])
  })

  test('D4 another time of day moves them as well; another name moves nobody', async () => {
    const { owner, admin, learner } = await anAccount()
    await admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: '2031-01-15' })
    expect((await edited(owner, { name: 'Acme & Co' })).moved).toMatchObject({ count: 0 })
    expect((await edited(owner, { deactivationTime: '17:30' })).moved).toMatchObject({ count: 1 })
    expect(await learner.row()).toMatchObject({
      deactivationDate: '2031-01-15',
      deactivateAt: '2031-01-15T17:30:00.000Z',
    })
  })

  test('D4 whose new instant has passed already is out with the change, by schedule, and is told so', async () => {
    const { owner, learner } = await anAccount({ timeZone: 'Pacific/Niue' })
    // Access that still lasts some hours in Niue is over in Kiritimati, whose clocks are 25 hours ahead.
    const date = Temporal.Now.zonedDateTimeISO('Pacific/Niue').add({ hours: 1 }).toPlainDate().toString()
    await sql`
      update users set deactivation_date = ${date}, deactivate_at = access_ends_at(${date}, '23:59', 'Pacific/Niue') where id = ${learner.id}
    `.execute(store)
    const change = { timeZone: 'Pacific/Kiritimati' }
    expect(await owner.call(previewZone, { ...change, deactivationTime: '23:59' })).toMatchObject({
      count: 1,
      endAtOnce: 1,
    })
    expect((await edited(owner, change)).moved).toMatchObject({ count: 1, endAtOnce: 1 })
    expect(await learner.row()).toMatchObject({ status: 'inactive', statusCause: 'schedule' })
    expect(await learner.refused(getMe, {})).toMatchObject({ code: 'account_inactive' })
    expect((await learner.events()).map((event) => event.change)).toEqual(['date_moved', 'deactivated'])
  })

  test('R22 nobody whose instant has passed is let in again by a zone in which it has not come yet', async () => {
    const { owner, people, seatsUsed } = await anAccount({ timeZone: 'Pacific/Kiritimati', learners: 2 })
    const [recorded, unrecorded] = people as [Person, Person]
    const today = Temporal.Now.zonedDateTimeISO('Pacific/Niue').toPlainDate().toString()
    const passed = (person: Person) =>
      sql`update users set deactivation_date = ${today}, deactivate_at = statement_timestamp() - interval '1 second' where id = ${person.id}`.execute(
        store,
      )
    await passed(recorded)
    await edited(owner, { name: 'Whoever is due is recorded' })
    await passed(unrecorded)
    await edited(owner, { timeZone: 'Pacific/Niue' })
    for (const person of people) {
      expect(await person.refused(getMe, {})).toMatchObject({ code: 'account_inactive' })
      expect(
        (await person.row()).deactivateAt === null || (await person.row()).deactivateAt! < new Date().toISOString(),
      ).toBe(true)
    }
    expect(await seatsUsed()).toBe(2)
  })
})
