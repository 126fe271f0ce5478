import type { Bench } from '../bench.ts'
import { below, repeated, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'
import { addCourses } from '../scene/people.ts'

const mostPeople = 100_000

/** Every report as the browser asks for it, when everybody, at most 100,000 of them, has 20 courses. Last of all: it changes what people have. */
export async function reports(bench: Bench): Promise<void> {
  const { server, database, runs, people } = bench
  const { admin, accountId, owner } = database
  await addCourses(admin, accountId, Math.min(people, mostPeople))
  const day = new Date(Date.now() - 120 * 86_400_000).toISOString().slice(0, 10)
  for (const [name, path] of Object.entries(asked(day))) {
    const work = `report ${name}`
    await bench.measure(work, async () => {
      const once = async () => {
        const { totalMs } = await ask(server.port, { path: `/api/v1/reports/${path}`, token: owner.token })
        return totalMs
      }
      const ours = await bench.watchMemory('reports', () => repeated(runs, once))
      return rowOf(work, 'ms', { ours }, below(500, 'ms'))
    })
  }
}

const asked = (day: string): Record<string, string> => ({
  'by course': 'courses',
  'by course, everybody': 'courses?status=all',
  'by course, as of a day': `courses?asOf=${day}`,
  'by department': 'departments',
  'by department, as of a day': `departments?asOf=${day}`,
  'by person': 'people',
  'by person, as of a day': `people?asOf=${day}`,
  completions: 'completions',
  'completions of the active': 'completions?status=active',
  'sign-ins': 'sign-ins',
  lifecycle: 'lifecycle',
})
