import type { Answer } from '#contract/endpoint.ts'
import type { listUsers } from '#contract/people.ts'
import { seeded } from '#tests/harness/random.ts'
import type { Bench } from '../bench.ts'
import { below, inTurn, msOf, percentile, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'

const words = 60

/**
 * Parts of names and addresses, drawn from people who are there: the beginning of a first name, of a last name, and a
 * part out of the middle of an address, in turn. The limit asks the trigram index for the same words.
 */
export async function search(bench: Bench): Promise<void> {
  const { server, database, runs } = bench
  const { admin, accountId, owner } = database
  for (const letters of [3, 4, 5]) {
    const work = `search ${letters} letters, p95`
    const drawn = await wordsOf(bench, letters)
    const byServer = async (word: string) => {
      const { body, totalMs } = await ask(server.port, {
        path: `/api/v1/users?limit=50&search=${word}`,
        token: owner.token,
      })
      if ((JSON.parse(body) as Answer<typeof listUsers>).items.length === 0)
        throw new Error(`Nobody was found by "${word}".`)
      return totalMs
    }
    // The word stands in the text, so that the plan is made for it.
    const raw = (word: string) =>
      msOf(() =>
        admin.query(`select user_id, first_name, last_name, email from profiles
          where account_id = '${accountId}' and search_text like '%${word}%' order by name_key, user_id limit 50`),
      )
    const all = async (task: (word: string) => Promise<number>) => {
      const figures: number[] = []
      for (const word of drawn) figures.push(await task(word))
      return percentile(figures, 95)
    }
    await bench.measure(work, async () => {
      const ours = () => bench.watchMemory('search', () => all(byServer))
      return rowOf(work, 'ms', await inTurn(runs, ours, () => all(raw)), letters >= 4 ? below(60, 'ms') : undefined)
    })
  }
}

async function wordsOf({ database: { admin, accountId } }: Bench, letters: number): Promise<string[]> {
  const random = seeded(letters)
  const { rows } = await admin.query<{ first: string; last: string; email: string }>(
    `select folded(first_name) as first, folded(last_name) as last, split_part(email, '@', 1) as email
     from profiles where account_id = $1 order by md5(user_id::text || $2) limit 1000`,
    [accountId, letters],
  )
  const parts = rows.flatMap(({ first, last, email }, place) => {
    const from = place % 3 === 2 ? random.below(Math.max(email.length - letters, 1)) : 0
    return [[first, last, email][place % 3]!.slice(from, from + letters)]
  })
  const whole = parts.filter((part) => new RegExp(`^[a-z]{${letters}}$`).test(part))
  if (whole.length < words)
    throw new Error(`Of ${rows.length} names ${whole.length} parts of ${letters} letters were made.`)
  return whole.slice(0, words)
}
