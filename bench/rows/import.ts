import { setTimeout as pause } from 'node:timers/promises'
import { Upload } from 'tus-js-client'
import type { Answer, Endpoint } from '#contract/endpoint.ts'
import type { checkImport, getImport, runImport, startImport } from '#contract/imports.ts'
import type { getOperation } from '#contract/lifecycle.ts'
import type { Bench } from '../bench.ts'
import { msOf, rowOf } from '../row.ts'
import { addByOneStatement, addedIn, forgetAdded } from '../scene/added.ts'
import { ask } from '../scene/ask.ts'

const howMany = 100_000
const thousands = howMany.toLocaleString('en')

/** A file of new people: read and looked at row by row, then run. The limit of the run: the same rows by one statement. */
export async function imports(bench: Bench): Promise<void> {
  const { database, runs, watchMemory } = bench
  const { admin, accountId } = database
  const reading = `import of ${thousands}: read and looked at`
  const running = `import of ${thousands}: run`
  await bench.measure(running, async () => {
    const figures = { read: [] as number[], run: [] as number[], limit: [] as number[] }
    await admin.query('update accounts set seat_limit = seat_limit + $2 where id = $1', [accountId, howMany])
    for (let run = 0; run < runs; run++) {
      const [id, readMs] = await watchMemory(reading, () => read(bench, fileOf(run)))
      figures.read.push(readMs / 1_000)
      figures.run.push((await watchMemory(running, () => msOf(() => carriedOut(bench, id)))) / 1_000)
      await forgetAdded(database)
      figures.limit.push((await msOf(() => addByOneStatement(database, howMany))) / 1_000)
      await forgetAdded(database)
    }
    await admin.query('update accounts set seat_limit = seat_limit - $2 where id = $1', [accountId, howMany])
    return [
      rowOf(reading, 's', { ours: figures.read }),
      rowOf(running, 's', { ours: figures.run, limit: figures.limit }),
    ]
  })
}

const fileOf = (run: number): Buffer =>
  Buffer.from(
    [
      'First name,Last name,E-mail,Job title',
      ...Array.from({ length: howMany }, (_, n) => `Ines,Imported ${n},${addedIn(run)}${n}@example.org,Nurse`),
    ].join('\n'),
  )

/** Sends a file and has it looked at. @returns the id of the import, and how long both took */
async function read(bench: Bench, file: Buffer): Promise<[string, number]> {
  const { port } = bench.server
  const { token } = bench.database.owner
  let importId = ''
  const ms = await msOf(async () => {
    const uploadId = await sent(port, token, file)
    const begun = await asked<typeof startImport>(bench, '/api/v1/imports', { uploadId })
    importId = begun.id
    const fields = begun.columns.map(({ field }) => field)
    let one = await asked<typeof checkImport>(bench, `/api/v1/imports/${importId}/check`, { fields })
    while (one.state === 'checking') {
      await pause(50)
      one = await asked<typeof getImport>(bench, `/api/v1/imports/${importId}`)
    }
    if (one.counts.new_active !== howMany) throw new Error(`The import would add ${one.counts.new_active} people.`)
  })
  return [importId, ms]
}

function sent(port: number, token: string, file: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: `http://127.0.0.1:${port}/api/v1/uploads`,
      headers: { cookie: `session=${token}` },
      metadata: { filename: 'people.csv', kind: 'people' },
      chunkSize: 8 * 1024 ** 2,
      onError: reject,
      onSuccess: () => resolve(upload.url!.split('/').at(-1)!),
    })
    upload.start()
  })
}

async function carriedOut(bench: Bench, importId: string): Promise<void> {
  let one = await asked<typeof runImport>(bench, `/api/v1/imports/${importId}/run`, { confirmCount: howMany })
  while (one.state === 'running') {
    await pause(50)
    one = await asked<typeof getOperation>(bench, `/api/v1/operations/${one.id}`)
  }
  if (one.changed !== howMany) throw new Error(`The import is ${one.state} after ${one.changed} rows.`)
}

const asked = async <E extends Endpoint>(
  { server, database }: Bench,
  path: string,
  body?: object,
): Promise<Answer<E>> =>
  JSON.parse((await ask(server.port, { path, token: database.owner.token, ...(body && { body }) })).body) as Answer<E>
