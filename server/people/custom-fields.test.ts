import { describe, expect, test } from 'vitest'
import { addCustomField, deleteCustomField, listCustomFields } from '#contract/accounts.ts'
import type { Call } from '#contract/endpoint.ts'
import { editUser, getUser } from '#contract/people.ts'
import { anAccount, aPerson, type Person } from '#tests/harness/account.ts'

type Edit = Omit<Call<typeof editUser>, 'userId' | 'version'>

const read = (by: Person, userId: string) => by.call(getUser, { userId })
const edit = async (by: Person, userId: string, told: Edit) =>
  by.call(editUser, { userId, version: (await read(by, userId)).version, ...told })
const refused = async (by: Person, userId: string, told: Edit) =>
  by.refused(editUser, { userId, version: (await read(by, userId)).version, ...told })

describe('custom fields', () => {
  test('are added, listed by label and deleted with what people have in them', async () => {
    const { admin, learner } = await anAccount()
    const size = await admin.call(addCustomField, { label: 'Größe (cm)', kind: 'text' })
    await admin.call(addCustomField, { label: 'Ärmel', kind: 'text' })
    await admin.call(addCustomField, { label: '身長', kind: 'text' })
    expect((await admin.call(listCustomFields, {})).items.map(({ key }) => key)).toEqual(['armel', 'große_cm', '身長'])
    await edit(admin, learner.id, { custom: { große_cm: '190', armel: '1' } })
    await admin.call(deleteCustomField, { fieldId: size.id })
    expect(await read(admin, learner.id)).toMatchObject({ custom: { armel: '1' } })
    expect((await read(admin, learner.id)).custom).toEqual({ armel: '1' })
    expect(await admin.refused(deleteCustomField, { fieldId: size.id })).toMatchObject({
      status: 404,
      code: 'not_found',
    })
  })

  test('wrong ones are refused with the field', async () => {
    const { admin } = await anAccount()
    const other = await anAccount()
    const field = await other.admin.call(addCustomField, { label: 'Size', kind: 'text' })
    await admin.call(addCustomField, { label: 'Size', kind: 'text' })
    const at = async (asked: Call<typeof addCustomField>) =>
      (await admin.refused(addCustomField, asked)) as { code: string; where?: { at: string }[] }
    expect((await at({ label: ' SIZE ', kind: 'date' })).code).toBe('name_taken')
    expect((await at({ label: '***', kind: 'text' })).where).toMatchObject([{ at: 'label' }])
    expect((await at({ label: 'A', kind: 'choice' })).where).toMatchObject([{ at: 'choices' }])
    expect((await at({ label: 'A', kind: 'choice', choices: ['x', 'x'] })).where).toMatchObject([{ at: 'choices' }])
    expect((await at({ label: 'A', kind: 'text', choices: ['x'] })).where).toMatchObject([{ at: 'choices' }])
    expect(await admin.refused(deleteCustomField, { fieldId: field.id })).toMatchObject({
      status: 404,
      code: 'not_found',
    })
    const head = await aPerson((await other.learner.row()).accountId, 'department_administrator')
    expect((await head.call(listCustomFields, {})).items).toHaveLength(1)
    expect(await head.refused(addCustomField, { label: 'B', kind: 'text' })).toMatchObject({ code: 'not_allowed' })
  })

  test('custom values follow their field', async () => {
    const { admin, learner } = await anAccount()
    await admin.call(addCustomField, { label: 'Shirt', kind: 'choice', choices: ['S', 'M'] })
    await admin.call(addCustomField, { label: 'Since', kind: 'date' })
    expect(await edit(admin, learner.id, { custom: { shirt: 'M', since: '2020-02-29' } })).toMatchObject({
      custom: { shirt: 'M', since: '2020-02-29' },
    })
    expect(await refused(admin, learner.id, { custom: { shirt: 'XL', since: '2021-02-29' } })).toMatchObject({
      code: 'invalid_input',
      where: [{ at: 'custom.shirt' }, { at: 'custom.since' }],
    })
    for (const key of ['unknown', 'constructor', 'toString']) {
      for (const value of ['x', null]) {
        expect(await refused(admin, learner.id, { custom: { [key]: value } })).toMatchObject({
          status: 422,
          code: 'unknown_field',
        })
      }
    }
  })
})
