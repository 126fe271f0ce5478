import { scimPath } from '#contract/provisioning.ts'
import { expect, rowOf, test } from './scene.ts'

test('R15 R39 an identity provider gets a token, adds people up to the seats and a group, and whom it may not take over is linked', async ({
  scene,
  asOwner: { page },
  request,
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await scene.setLimit(3)
  await page.goto('/settings?tab=provisioning')
  await expect(page.getByText(`${scene.origin}${scimPath}`)).toBeVisible()
  await page.getByRole('button', { name: 'New token for provisioning' }).click()
  await page.getByLabel('Name').fill('Entra ID')
  await expect(page.getByRole('checkbox')).toHaveCount(0)
  await page.getByRole('button', { name: 'Make token' }).click()
  const token = (await page.getByText(/^rollcall_/).textContent())!
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByRole('row', { name: /Entra ID/ })).toContainText('Never')
  await expect(page.getByText('Nothing was asked yet')).toBeVisible()

  const ask = async (method: string, path: string, data?: object) => {
    const answer = await request.fetch(`${scene.origin}${scimPath}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(data && { data: JSON.stringify(data) }),
    })
    const text = await answer.text()
    return { status: answer.status(), body: text ? (JSON.parse(text) as { id: string; active: boolean }) : null }
  }
  const told = (name: string, userName = `${name}@example.org`.toLowerCase()) => ({
    userName,
    name: { givenName: name, familyName: 'Example' },
  })
  const ann = await ask('POST', '/Users', told('Ann'))
  expect(ann).toMatchObject({ status: 201, body: { active: true } })
  const bob = await ask('POST', '/Users', told('Bob'))
  expect(bob).toMatchObject({ status: 201, body: { active: false } })
  expect((await ask('POST', '/Users', told('Lea', lea.email))).status).toBe(409)
  const members = [{ value: ann.body!.id }]
  expect((await ask('POST', '/Groups', { displayName: 'Engineers', members })).status).toBe(201)

  await page.reload()
  const calls = page.getByRole('table', { name: 'Last calls' })
  await expect(calls.getByRole('row', { name: /bob@example\.org.*No seat is free/ })).toBeVisible()
  await page.getByText('Refused', { exact: true }).click()
  await expect(calls.getByRole('row')).toHaveCount(2)
  await expect(calls).toContainText('409')

  await page.getByRole('button', { name: `Link ${lea.name}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Link' }).click()
  await expect(page.getByText(`${lea.name} is linked`)).toBeVisible()
  await expect(page.getByText('Waiting to be linked')).toHaveCount(0)
  const active = (value: string) => ({ Operations: [{ op: 'Replace', path: 'active', value }] })
  expect(await ask('PATCH', `/Users/${bob.body!.id}`, active('True'))).toMatchObject({ status: 403 })
  expect(await ask('PATCH', `/Users/${lea.id}`, active('False'))).toMatchObject({
    status: 200,
    body: { active: false },
  })
  expect(await ask('PATCH', `/Users/${bob.body!.id}`, active('True'))).toMatchObject({ body: { active: true } })

  await page.goto('/people')
  await expect(rowOf(page, { ...lea, name: 'Ann Example' })).toContainText('Engineers')
  await expect(rowOf(page, lea)).toContainText('Inactive')
  await page.goto('/groups')
  await expect(page.getByRole('row', { name: /Engineers.*Provisioned/ })).toBeVisible()
  await page.goto('/settings?tab=tokens')
  await expect(page.getByText('No API tokens yet')).toBeVisible()
})
