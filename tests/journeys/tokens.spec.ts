import { expect, test } from './scene.ts'

test('S2 S5 a token made in Settings lets a program in, is refused while its person is out, works again, and is ended', async ({
  scene,
  asOwner: { page },
  request,
}) => {
  const ada = await scene.add({ firstName: 'Ada', role: 'administrator' })
  await scene.enter(page.context(), ada)
  await page.goto('/settings?tab=tokens')
  await page.getByRole('button', { name: 'New API token' }).click()
  await page.getByLabel('Name').fill('HR system')
  await page.getByLabel('See people').check()
  await page.getByRole('button', { name: 'Make token' }).click()
  await expect(page.getByText('It is not shown again')).toBeVisible()
  const token = (await page.getByText(/^rollcall_/).textContent())!
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByRole('row', { name: /HR system/ })).toContainText('Never')
  await expect(page.getByText(token)).toHaveCount(0)

  const asked = async (path: string) => {
    const answer = await request.get(`${scene.origin}${path}`, { headers: { authorization: `Bearer ${token}` } })
    return { status: answer.status(), ...((await answer.json()) as { code?: string }) }
  }
  expect((await asked('/api/v1/users')).status).toBe(200)
  expect(await asked('/api/v1/reports/courses')).toMatchObject({ status: 403, code: 'outside_scope' })
  const become = (status: 'active' | 'inactive') =>
    scene.store.updateTable('users').set({ status }).where('id', '=', ada.id).execute()
  await become('inactive')
  expect(await asked('/api/v1/users')).toMatchObject({ status: 401, code: 'account_inactive' })
  await become('active')
  expect((await asked('/api/v1/users')).status).toBe(200)

  await page.goto('/settings?tab=connections')
  await expect(page.getByRole('region', { name: 'API' })).toContainText('A token was last used')
  await page.getByRole('link', { name: 'Manage: API' }).click()
  await expect(page.getByRole('row', { name: /HR system/ })).not.toContainText('Never')
  await page.getByRole('button', { name: 'End HR system' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click()
  await expect(page.getByText('Token ended')).toBeVisible()
  await expect(page.getByText('No API tokens yet')).toBeVisible()
  expect(await asked('/api/v1/users')).toMatchObject({ status: 401, code: 'not_signed_in' })
})

test('somebody who learns makes a token of their own, for what they may see', async ({ scene, page }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await scene.enter(page.context(), lea)
  await page.goto('/me')
  await page.getByRole('button', { name: 'New API token' }).click()
  await expect(page.getByRole('checkbox')).toHaveCount(1)
  await page.getByLabel('Name').fill('My notes')
  await page.getByLabel('See my own learning').check()
  await page.getByRole('button', { name: 'Make token' }).click()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByText('My notes')).toBeVisible()
})
