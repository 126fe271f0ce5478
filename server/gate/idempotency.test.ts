import { expect, test } from 'vitest'
import { finishUpload } from '#contract/courses.ts'
import { checkImport, startImport } from '#contract/imports.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { store } from '#tests/harness/account.ts'
import { csv, sendPeople } from '#tests/harness/import.ts'
import { picture } from '#tests/harness/media.ts'
import { keptOf, send, withAuthor } from '#tests/harness/upload.ts'

const people = csv(['E-mail', 'First name', 'Last name'], ['a@example.org', 'A', 'B'])
const aKey = () => ({ 'idempotency-key': crypto.randomUUID() })

test('R26 what takes several steps is done once for a key, and answered alike', async () => {
  const { accountId, admin, author } = await withAuthor()
  const importing = { uploadId: await sendPeople(admin, people) }
  const key = aKey()
  const first = await admin.call(startImport, importing, key)
  expect(await admin.call(startImport, importing, key)).toEqual(first)
  const imports = await store.selectFrom('imports').select('version').where('accountId', '=', accountId).execute()
  expect(imports).toHaveLength(1)
  expect(await admin.send(startImport, { uploadId: await sendPeople(admin, people) }, key)).toMatchObject({
    body: { code: 'key_used_otherwise' },
  })

  const checking = { importId: first.id, fields: ['email', 'firstName', 'lastName'] as ('email' | 'firstName')[] }
  const checkKey = aKey()
  const checked = await admin.call(checkImport, checking, checkKey)
  expect(await admin.call(checkImport, checking, checkKey)).toEqual(checked)
  expect(
    (await store.selectFrom('imports').select('version').where('accountId', '=', accountId).execute())[0]!.version,
  ).toBe(imports[0]!.version + 1)

  const finishing = { uploadId: await send(author, 'image', picture), kind: 'image' } as const
  const fileKey = aKey()
  const file = await author.call(finishUpload, finishing, fileKey)
  expect(await author.call(finishUpload, finishing, fileKey)).toEqual(file)
  expect((await keptOf(accountId)).rows).toHaveLength(1)
})

test('R26 S2 what is refused leaves the key free, and whoever is out is answered nothing of before', async () => {
  const { admin, owner } = await withAuthor()
  const key = aKey()
  expect((await admin.send(startImport, { uploadId: 'nothing' }, key)).status).toBe(404)
  const importing = { uploadId: await sendPeople(admin, people) }
  await admin.call(startImport, importing, key)
  await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
  expect(await admin.send(startImport, importing, key)).toMatchObject({
    status: 401,
    body: { code: 'account_inactive' },
  })
  expect((await owner.send(startImport, importing, { 'idempotency-key': 'a key' })).status).toBe(422)
})
