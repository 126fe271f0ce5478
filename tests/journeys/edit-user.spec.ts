import { chooseDay, expect, inDays, shown, test } from './scene.ts'

test('J9 Active User off and Save; on again and Save: role, groups and department are as before', async ({
  scene,
  asOwner: { page },
}) => {
  const { accountId, store } = scene
  const lea = await scene.add({ firstName: 'Lea', role: 'author' })
  const group = await store
    .insertInto('groups')
    .values({ accountId, name: 'First aiders' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const department = await store
    .insertInto('departments')
    .values({ accountId, name: 'Sales' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store.insertInto('groupMembers').values({ accountId, groupId: group.id, userId: lea.id }).execute()
  await store.updateTable('profiles').set({ departmentId: department.id }).where('userId', '=', lea.id).execute()

  await page.goto(`/people/${lea.id}`)
  await page.getByRole('switch', { name: 'Active User' }).click({ force: true })
  await expect(page.getByText('Save ends the access of Lea Example now and frees one seat.')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Inactive', { exact: true })).toBeVisible()
  expect(await scene.row(lea)).toMatchObject({ status: 'inactive', statusCause: 'administrator' })
  await expect(page.getByText('Lea Example was deactivated')).toBeVisible()
  await expect(page.getByRole('alert').filter({ hasText: 'Inactive since' })).toContainText('By Olga Owner')

  await page.getByRole('switch', { name: 'Active User' }).click({ force: true })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Active', { exact: true })).toBeVisible()
  expect(await scene.row(lea)).toMatchObject({ status: 'active', role: 'author' })
  expect(await store.selectFrom('groupMembers').select('groupId').where('userId', '=', lea.id).execute()).toEqual([
    { groupId: group.id },
  ])
  const profile = await store
    .selectFrom('profiles')
    .select('departmentId')
    .where('userId', '=', lea.id)
    .executeTakeFirstOrThrow()
  expect(profile.departmentId).toBe(department.id)
})

test('J9 a change of access is undone from where it is told, and what was typed since stays', async ({
  scene,
  asOwner: { page },
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await page.goto(`/people/${lea.id}`)
  await page.getByRole('switch', { name: 'Active User' }).click({ force: true })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Lea Example was deactivated')).toBeVisible()
  await page.getByLabel('Job title').fill('Controller')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('The access of Lea Example is as it was')).toBeVisible()
  expect(await scene.row(lea)).toMatchObject({ status: 'active' })
  await expect(page.getByRole('switch', { name: 'Active User' })).toBeChecked()
  await expect(page.getByLabel('Job title')).toHaveValue('Controller')
})

test('J8 S7 an inactive person is edited, and stays inactive', async ({ scene, asOwner: { page } }) => {
  const lea = await scene.add({ firstName: 'Lea', status: 'inactive' })
  await page.goto(`/people/${lea.id}`)
  await page.getByLabel('Job title').fill('Controller')
  await page.getByLabel('Last name').fill('Married')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: 'Lea Married' })).toBeVisible()
  expect(await scene.row(lea)).toMatchObject({ status: 'inactive' })
})

test('J10 S6 the account owner cannot be switched off', async ({ asOwner: { page, owner } }) => {
  await page.goto(`/people/${owner.id}`)
  await expect(page.getByRole('switch', { name: 'Active User' })).toBeDisabled()
  await expect(page.getByRole('switch', { name: 'Make inactive' })).toBeDisabled()
  await expect(page.getByText('The account owner is always active. Transfer the ownership first.')).toBeVisible()
})

test('J11 Make inactive, calendar, a date, Save: active until then; on that date inactive by itself', async ({
  scene,
  asOwner: { page },
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const date = inDays(12)
  await page.goto(`/people/${lea.id}`)
  await page.getByRole('switch', { name: 'Make inactive' }).click({ force: true })
  await page.getByRole('button', { name: 'Calendar' }).click()
  await chooseDay(page, date)
  await expect(page.getByText(`Access ends on`)).toContainText(`${shown(date)}, 23:59 (Berlin)`)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(`Active until ${shown(date)}`)).toBeVisible()
  expect(await scene.row(lea)).toMatchObject({ status: 'active', deactivationDate: date })

  // The day comes: the row's instant, not a clock, is moved.
  await scene.store
    .updateTable('users')
    .set({ deactivateAt: '2024-01-01T22:59:00Z' })
    .where('id', '=', lea.id)
    .execute()
  scene.startClock()
  await expect.poll(async () => (await scene.row(lea)).status).toBe('inactive')
  await page.goto(`/people/${lea.id}?tab=history`)
  await expect(page.getByText('Deactivated', { exact: true })).toBeVisible()
  await expect(page.getByText('by schedule, set by Olga Owner')).toBeVisible()
})

test('J11 a date is typed with the day first; what is no day to choose is said under the field, and Save waits', async ({
  scene,
  asOwner: { page },
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const date = inDays(300)
  const [year, month, day] = date.split('-').map(Number)
  await page.goto(`/people/${lea.id}`)
  await page.getByRole('switch', { name: 'Make inactive' }).click({ force: true })
  const field = page.getByLabel('Last day of access')
  const save = page.getByRole('button', { name: 'Save' })
  await field.fill(`${day}.${month}.${year}`)
  await field.blur()
  await expect(field).toHaveValue(shown(date))
  await save.click()
  await expect(page.getByText(`Active until ${shown(date)}`)).toBeVisible()

  for (const [typed, why] of [
    ['4/5/2027', /Write the date as 4 Dec 2027/],
    ['1 Jan 2020', /Choose a day from .* on\. To end access at once, deactivate now instead\./],
    ['1 Jan 2120', /Choose a day up to/],
  ] as const) {
    await field.fill(typed)
    await field.blur()
    await expect(field).toHaveValue(typed)
    await expect(field).toHaveAccessibleDescription(why)
    await expect(save).toBeDisabled()
  }
  expect(await scene.row(lea)).toMatchObject({ deactivationDate: date })
  await field.fill(inDays(301))
  await save.click()
  await expect(page.getByText(`Active until ${shown(inDays(301))}`)).toBeVisible()
})

test('C2.16 the two switches are one state: off hides and clears the date', async ({ scene, asOwner: { page } }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await page.goto(`/people/${lea.id}`)
  await page.getByRole('switch', { name: 'Make inactive' }).click({ force: true })
  await expect(page.getByLabel('Last day of access')).toBeVisible()
  await page.getByRole('switch', { name: 'Active User' }).click({ force: true })
  await expect(page.getByRole('switch', { name: 'Make inactive' })).toBeHidden()
  await expect(page.getByLabel('Last day of access')).toBeHidden()
})

test('two administrators edit at once: the second is told, chooses, and nothing typed is lost', async ({
  scene,
  asOwner: { page },
  browser,
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const ada = await scene.add({ firstName: 'Ada', role: 'administrator' })
  const context = await browser.newContext({ baseURL: scene.origin })
  await scene.enter(context, ada)
  const theirs = await context.newPage()

  await page.goto(`/people/${lea.id}`)
  await page.getByLabel('Job title').fill('Mine')
  await page.getByLabel('Phone').fill('123')
  await theirs.goto(`/people/${lea.id}`)
  await theirs.getByLabel('Job title').fill('Theirs')
  await theirs.getByRole('button', { name: 'Save' }).click()
  await expect(theirs.getByText('Saved', { exact: true })).toBeVisible()
  await context.close()

  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Ada Example saved other values while you were editing.')).toBeVisible()
  await page
    .getByRole('row', { name: /Job title/ })
    .getByText('Take theirs')
    .click()
  await page.getByRole('button', { name: 'Go on with these values' }).click()
  await expect(page.getByLabel('Job title')).toHaveValue('Theirs')
  await expect(page.getByLabel('Phone')).toHaveValue('123')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  const profile = await scene.store
    .selectFrom('profiles')
    .selectAll()
    .where('userId', '=', lea.id)
    .executeTakeFirstOrThrow()
  expect(profile).toMatchObject({ jobTitle: 'Theirs', phone: '123' })
})

test('leaving unsaved work asks; staying keeps what was typed', async ({ scene, asOwner: { page } }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await page.goto(`/people/${lea.id}`)
  await page.getByLabel('Job title').fill('Unsaved')
  await page.getByRole('link', { name: 'Groups', exact: true }).click()
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click()
  await expect(page.getByLabel('Job title')).toHaveValue('Unsaved')
})

test('wrong input is told at its field, and what was typed stays', async ({ scene, asOwner: { page } }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const other = await scene.add({ firstName: 'Other', status: 'inactive' })
  await page.goto(`/people/${lea.id}`)
  await page.getByLabel('E-mail').fill('no address')
  await page.getByLabel('Phone').fill('123')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/name@example.org/)
  await expect(page.getByLabel('Phone')).toHaveValue('123')
  await page.getByLabel('E-mail').fill(other.email)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Other Example (inactive) has this e-mail.')).toBeVisible()
})

test.describe('in a browser on the other side of the world', () => {
  test.use({ timezoneId: 'Pacific/Auckland' })

  test('D1 R21 the date is the account’s: shown, kept and stored the same', async ({ scene, asOwner: { page } }) => {
    const lea = await scene.add({ firstName: 'Lea' })
    const date = inDays(20)
    await page.goto(`/people/${lea.id}`)
    await page.getByRole('switch', { name: 'Make inactive' }).click({ force: true })
    await page.getByRole('button', { name: 'Calendar' }).click()
    await chooseDay(page, date)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText(`Active until ${shown(date)}`)).toBeVisible()
    expect(await scene.row(lea)).toMatchObject({ deactivationDate: date })

    await page.reload()
    await expect(page.getByText('Access ends on')).toContainText(`${shown(date)}, 23:59 (Berlin)`)
    await page.getByLabel('Job title').fill('Controller')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Saved', { exact: true })).toBeVisible()
    expect(await scene.row(lea)).toMatchObject({ deactivationDate: date })
  })
})
