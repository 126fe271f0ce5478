import { expect, rowOf, test } from './scene.ts'

test('J3 T3 with the limit reached a new person is added inactive, and both screens say so', async ({
  scene,
  asOwner: { page },
}) => {
  await scene.addMany(2)
  await scene.setLimit(3)
  await page.goto('/people/add')
  await expect(
    page.getByText('All 3 seats are used. This person is added as inactive and waits for a seat.'),
  ).toBeVisible()
  await page.getByLabel('First name').fill('Nina')
  await page.getByLabel('Last name').fill('New')
  await page.getByLabel('E-mail').fill('nina@example.org')
  await page.getByRole('button', { name: 'Add person' }).click()
  await expect(page.getByText('Nina New was added as inactive and waits for a seat')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'Nina New' })).toContainText('Inactive')
  expect(await scene.seatsUsed()).toBe(3)
})

test('J2 somebody made inactive frees the seat, and keeps everything; a new person takes it', async ({
  scene,
  asOwner: { page },
}) => {
  const [lea] = await scene.addMany(2)
  await scene.setLimit(3)
  await page.goto(`/people/${lea!.id}`)
  await page.getByRole('switch', { name: 'Active User' }).click({ force: true })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Inactive', { exact: true })).toBeVisible()

  await page.goto('/people/add')
  await expect(page.getByText('This person takes the last free seat.')).toBeVisible()
  await page.getByLabel('First name').fill('Nina')
  await page.getByLabel('Last name').fill('New')
  await page.getByLabel('E-mail').fill('nina@example.org')
  await page.getByRole('button', { name: 'Add person' }).click()
  await expect(page.getByText('Nina New was added and is active')).toBeVisible()
  await expect(rowOf(page, lea!)).toContainText('Inactive')
  await page.goto(`/people/${lea!.id}?tab=history`)
  await expect(page.getByText('Deactivated', { exact: true })).toBeVisible()
})

test('T3 who waits is activated in order from Seats, as many as fit', async ({ scene, asOwner: { page } }) => {
  for (const n of [1, 2, 3]) {
    const person = await scene.add({ firstName: 'Waits', lastName: `No${n}`, status: 'inactive' })
    await scene.store
      .updateTable('users')
      .set({ statusCause: 'seat_limit', statusSince: `2026-01-0${n}T00:00:00Z` })
      .where('id', '=', person.id)
      .execute()
  }
  await scene.setLimit(3)
  await page.goto('/seats?tab=waiting')
  await expect(page.getByRole('row').nth(1)).toContainText('Waits No1')
  await page.getByRole('button', { name: 'Activate waiting (3)' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Activate the first 2' }).click()
  await expect(page.getByText('2 people activated')).toBeVisible()
  await expect(page.getByRole('row').nth(1)).toContainText('Waits No3')
  expect(await scene.seatsUsed()).toBe(3)
})

test('T5 a limit lowered below the number in use says so before, deactivates nobody, and shows how many too many', async ({
  scene,
  asOwner: { page },
}) => {
  await scene.addMany(4)
  await scene.setLimit(10)
  await page.goto('/seats')
  await page.getByRole('button', { name: 'Change the limit' }).click()
  await page.getByRole('textbox', { name: 'Seat limit' }).fill('3')
  await expect(
    page.getByText('Nobody is deactivated; but nobody can become active until 2 people are inactive.'),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Over the limit by 2' })).toBeVisible()
  expect(await scene.seatsUsed()).toBe(5)
})

test('a department administrator is told of those who wait in their departments, and of nobody else', async ({
  scene,
  page,
}) => {
  const { accountId, store } = scene
  const dora = await scene.add({ firstName: 'Dora', role: 'department_administrator' })
  const elsewhere = await scene.add({ firstName: 'Waits', status: 'inactive' })
  await store.updateTable('users').set({ statusCause: 'seat_limit' }).where('id', '=', elsewhere.id).execute()
  const { id: departmentId } = await store
    .insertInto('departments')
    .values({ accountId, name: 'Sales' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store.insertInto('managedDepartments').values({ accountId, departmentId, userId: dora.id }).execute()
  await scene.enter(page.context(), dora)
  await page.goto('/seats?tab=waiting')
  await expect(page.getByText('Nobody of your departments waits for a seat')).toBeVisible()
  await expect(page.getByRole('tab', { name: 'Waiting', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Activate waiting' })).toBeDisabled()

  await store.updateTable('profiles').set({ departmentId }).where('userId', '=', elsewhere.id).execute()
  await page.reload()
  await expect(page.getByRole('tab', { name: 'Waiting (1)' })).toBeVisible()
  await expect(rowOf(page, elsewhere)).toBeVisible()
})
