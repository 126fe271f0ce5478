import { expect, test } from './scene.ts'

test('B4 B5 thousands are changed by an operation that is watched, paused, resumed and undone', async ({
  scene,
  asOwner: { page },
}) => {
  test.setTimeout(120_000)
  await scene.addCrowd(12_000)
  await page.goto('/people?role=learner')
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('button', { name: /^Select all 12,?000 people who match/ }).click()
  await page.getByRole('toolbar').getByRole('button', { name: 'Deactivate' }).click()
  const dialog = page.getByRole('dialog', { name: /^Deactivate/ })
  await dialog.getByLabel('Type 12,000 to confirm').fill('12,000')
  await dialog.getByRole('button', { name: 'Deactivate' }).click()
  await expect(page.getByText('12,000 people are being changed')).toBeVisible()
  await page.getByRole('link', { name: 'Watch it' }).click()

  await expect(page.getByText('0 of 12,000')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Paused at 0 of 12,000')).toBeVisible()
  scene.carryOnOperations()
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(page.getByText('12,000 changed', { exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('button', { name: 'Pause' })).toHaveCount(0)
  expect(await scene.seatsUsed()).toBe(1)

  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('12,000 people are being changed')).toBeVisible()
  await expect.poll(() => scene.seatsUsed(), { timeout: 60_000 }).toBe(12_001)
})

test('B4 what is cancelled says whom it did not reach, and why it had stopped', async ({
  scene,
  asOwner: { page, owner },
}) => {
  await scene.addCrowd(6_000)
  const ada = await scene.add({ firstName: 'Ada', role: 'administrator' })
  const { accountId, store } = scene
  const { id } = await store
    .insertInto('operations')
    .values({
      accountId,
      kind: 'deactivate',
      state: 'paused',
      pausedBecause: 'account_inactive',
      byUserId: ada.id,
      selected: 6_000,
      changed: 0,
      refused: 0,
      remaining: 6_000,
      request: '{}',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await page.goto(`/activity/${id}`)
  await expect(page.getByText('It could not go on')).toBeVisible()
  await page.getByRole('button', { name: 'Cancel the rest' }).click()
  await expect(page.getByText('Cancelled. 6,000 people were not reached, and are as they were.')).toBeVisible()
  await page.goto('/activity')
  await expect(page.getByRole('row', { name: /Deactivated/ })).toContainText('Cancelled')
  expect((await scene.row(owner)).status).toBe('active')
})
