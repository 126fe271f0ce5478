import type { Bench } from '../bench.ts'
import { inTurn, msOf, ratioAtMost, rowOf } from '../row.ts'
import { addByOneStatement, addedIn, forgetAdded } from '../scene/added.ts'
import { ask } from '../scene/ask.ts'

const eachRun = 10_000
const eachCall = 1_000

/** New people by the API, as many in a call as it takes. The limit: the same rows by one statement. */
export async function add(bench: Bench): Promise<void> {
  const { server, database, runs } = bench
  const byServer = async (run: number) => {
    const ms = await msOf(async () => {
      for (let from = 0; from < eachRun; from += eachCall) {
        const people = Array.from({ length: eachCall }, (_, place) => ({
          firstName: 'Ines',
          lastName: `Added ${from + place}`,
          email: `${addedIn(run)}${from + place}@example.org`,
        }))
        await ask(server.port, { path: '/api/v1/users', token: database.owner.token, body: { people } })
      }
    })
    await forgetAdded(database)
    return ms / 1_000
  }
  const raw = async () => {
    const ms = await msOf(() => addByOneStatement(database, eachRun))
    await forgetAdded(database)
    return ms / 1_000
  }
  const work = `add ${eachRun.toLocaleString('en')} people`
  await bench.measure(work, async () =>
    rowOf(work, 's', await inTurn(runs, (run) => bench.watchMemory(work, () => byServer(run)), raw), ratioAtMost(3)),
  )
}
