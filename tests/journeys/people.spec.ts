import { chooseDay, expect, inDays, rowOf, shown, test } from './scene.ts'

test('J7 inactive people stand on the People page, and the Status column says so', async ({
  scene,
  asOwner: { page },
}) => {
  const [lea] = await scene.addMany(1)
  const gone = await scene.add({ firstName: 'Gone', status: 'inactive' })
  await page.goto('/people')
  await expect(rowOf(page, lea!)).toContainText('Active')
  await expect(rowOf(page, gone)).toContainText('Inactive')
})

test('J12 several are deactivated at once from the menu on top, and undone from the toast', async ({
  scene,
  asOwner: { page, owner },
}) => {
  const people = await scene.addMany(4)
  await page.goto('/people')
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Deactivate' }).click()

  const dialog = page.getByRole('dialog', { name: 'Deactivate 4 of 5 people' })
  await expect(dialog.getByText('4 people will change')).toBeVisible()
  await expect(dialog.getByText(`1 skipped: the account owner is always active (${owner.name})`)).toBeVisible()
  await expect(dialog.getByRole('radio', { name: 'Deactivate now' })).toBeChecked()
  await dialog.getByLabel('Reason').fill('Season is over')
  await dialog.getByRole('button', { name: 'Deactivate' }).click()

  await expect(page.getByText('4 people deactivated')).toBeVisible()
  for (const person of people) await expect(rowOf(page, person)).toContainText('Inactive')
  await expect(rowOf(page, owner)).toContainText('Active')
  expect(await scene.seatsUsed()).toBe(1)

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('4 people changed back')).toBeVisible()
  for (const person of people) await expect(rowOf(page, person)).not.toContainText('Inactive')
})

test('J13 several are deactivated later: they stay active until that date', async ({ scene, asOwner: { page } }) => {
  const people = await scene.addMany(2)
  const date = inDays(40)
  await page.goto('/people?role=learner')
  for (const { name } of people) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Deactivate' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'Deactivate later' }).check()
  await expect(dialog.getByText('Choose the last day of access, to see who changes.')).toBeVisible()
  await expect(dialog.getByText('will change')).toBeHidden()
  await expect(dialog.getByRole('button', { name: 'Deactivate' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Calendar' }).click()
  await chooseDay(page, date)
  await expect(dialog.getByText(`${shown(date)}, 23:59 (Berlin)`)).toBeVisible()
  await dialog.getByRole('button', { name: 'Deactivate' }).click()

  for (const person of people) await expect(rowOf(page, person)).toContainText(`Active until ${shown(date)}`)
  expect(await scene.row(people[0]!)).toMatchObject({ status: 'active', deactivationDate: date })
})

test('J14 inactive people are activated; with too few seats the administrator chooses', async ({
  scene,
  asOwner: { page },
}) => {
  for (const n of [1, 2, 3]) await scene.add({ firstName: 'Gone', lastName: `No${n}`, status: 'inactive' })
  await scene.setLimit(3)
  await page.goto('/people?status=inactive')
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Activate', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Activate 2 of 3 people' })
  await expect(dialog.getByText('3 would need a seat, and 2 fit.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Activate the first 2' }).click()
  await expect(page.getByText('2 people activated')).toBeVisible()
  expect(await scene.seatsUsed()).toBe(3)

  await page.goto('/people?status=inactive')
  await expect(page.getByRole('row')).toHaveCount(2)
  await scene.setLimit(10)
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Activate', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Activate', exact: true }).click()
  await expect(page.getByText('Nobody matches')).toBeVisible()
  expect(await scene.seatsUsed()).toBe(4)
})

test('T4 without a free seat nobody fits: the dialog says how to make room, and asks nothing else', async ({
  scene,
  asOwner: { page },
}) => {
  await scene.add({ firstName: 'Gone', status: 'inactive' })
  await scene.setLimit(1)
  await page.goto('/people?status=inactive')
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Activate', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('1 would need a seat, and none is free.')).toBeVisible()
  await expect(dialog.getByText('Make room first: deactivate somebody, or raise the limit.')).toBeVisible()
  await expect(dialog.getByText('as many as fit')).toBeHidden()
  await expect(dialog.getByRole('button', { name: 'Activate', exact: true })).toBeDisabled()
})

test('B1 all that match are meant when the administrator says so, beyond this page', async ({
  scene,
  asOwner: { page },
}) => {
  await scene.addMany(55)
  await page.goto('/people?role=learner')
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('button', { name: 'Select all 55 people who match' }).click()
  await expect(page.getByRole('toolbar')).toContainText('55 selected')
  await page.getByRole('checkbox', { name: 'Select Lea Learner01' }).uncheck()
  await page.getByRole('toolbar').getByRole('button', { name: 'Deactivate' }).click()
  // So many are no slip of the finger: their number is typed.
  const dialog = page.getByRole('dialog', { name: 'Deactivate 54 people' })
  const confirm = dialog.getByRole('button', { name: 'Deactivate' })
  await dialog.getByLabel('Type 54 to confirm').fill('55')
  await expect(confirm).toBeDisabled()
  await dialog.getByLabel('Type 54 to confirm').fill('54')
  await confirm.click()
  await expect(page.getByText('54 people deactivated')).toBeVisible()
  expect(await scene.seatsUsed()).toBe(2)
})

test('the address holds filter, order and page, so that a view can be shared and the back button works', async ({
  scene,
  asOwner: { page },
}) => {
  await scene.addMany(60)
  await scene.add({ firstName: 'Gone', status: 'inactive' })
  await page.goto('/people')
  await page
    .getByRole('group', { name: 'Status' })
    .getByRole('button', { name: /^Inactive/ })
    .click()
  await expect(page).toHaveURL(/status=inactive/)
  await expect(page.getByRole('row')).toHaveCount(2)
  await page.goBack()
  await expect(page.getByRole('row')).toHaveCount(51)
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page).toHaveURL(/cursor=/)
  await expect(page.getByRole('link', { name: 'Olga Owner' })).toBeVisible()
  await page.getByRole('button', { name: 'Name' }).click()
  await expect(page).toHaveURL(/direction=desc/)
  await expect(page.getByRole('row').nth(1)).toContainText('Olga Owner')
})

test('the page is worked by keyboard: / j x Esc ?', async ({ scene, asOwner: { page } }) => {
  await scene.addMany(3)
  await page.goto('/people?role=learner')
  await expect(page.getByRole('link', { name: 'Lea Learner01' })).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await expect(page.getByRole('link', { name: 'Lea Learner02' })).toBeFocused()
  await page.keyboard.press('x')
  await expect(page.getByRole('toolbar')).toContainText('1 selected')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('toolbar')).toBeHidden()
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('learner03')
  await expect(page.getByRole('row')).toHaveCount(2)
})

test('the right mouse button opens what the row’s menu does, and what is refused says why', async ({
  scene,
  asOwner: { page, owner },
}) => {
  const [lea] = await scene.addMany(1)
  await page.goto('/people')
  await rowOf(page, lea!).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Deactivate…' }).click()
  await expect(page.getByRole('dialog', { name: `Deactivate ${lea!.name}` })).toBeVisible()
  await page.keyboard.press('Escape')
  await rowOf(page, owner).click({ button: 'right' })
  await expect(page.getByRole('menuitem', { name: 'Deactivate…' })).toBeDisabled()
})

test('B1 people are selected by a pasted list; addresses that nobody has are told first', async ({
  asOwner: { page },
  scene,
}) => {
  const [lea, leo] = await scene.addMany(3)
  await page.goto('/people')
  await page.getByRole('button', { name: 'More for this view' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click()
  expect((await download).suggestedFilename()).toMatch(/^people-.*\.csv$/)
  await page.getByRole('button', { name: 'More for this view' }).click()
  await page.getByRole('menuitem', { name: 'Select by e-mail…' }).click()
  await page
    .getByLabel('E-mail addresses')
    .fill(`Lea <${lea!.email.toUpperCase()}>; nobody@example.org\n${leo!.email},`)
  await page.getByRole('button', { name: 'Select 3 people' }).click()
  await expect(page.getByText('One address belongs to nobody here')).toBeVisible()
  await page.getByRole('button', { name: 'Select the 2 who are here' }).click()
  await expect(page.getByRole('toolbar', { name: 'Actions for the selected people' })).toContainText('2 selected')
  await expect(page.getByRole('checkbox', { name: `Select ${leo!.name}` })).toBeChecked()
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.waitForTimeout(500)
})

test('B1 who comes back from a person finds the same people ticked at the same place; a new filter begins anew', async ({
  scene,
  asOwner: { page },
}) => {
  await scene.addCrowd(50)
  await page.goto('/people')
  const links = page.locator('[data-person-link]')
  await expect(links).toHaveCount(50)
  for (const place of [2, 3]) await page.getByRole('row').nth(place).getByRole('checkbox').check()
  await links.nth(48).scrollIntoViewIfNeeded()
  const place = await page.evaluate(() => scrollY)
  await links.nth(45).click()
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByRole('button', { name: 'People', exact: true }).click()
  await expect(page.getByRole('toolbar').getByText('2 selected')).toBeVisible()
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(place)

  await page.getByRole('button', { name: /^Inactive/ }).click()
  await expect(page).toHaveURL(/status=inactive/)
  await page.getByRole('button', { name: /^All/ }).click()
  await expect(links).toHaveCount(50)
  await expect(page.getByRole('toolbar')).toBeHidden()
})

test('an address that was typed half or wrong ends in no error: what it does not understand is left out', async ({
  scene,
  asOwner: { page },
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await page.goto('/people?status=nonsense&sort=shoe-size&role=learner')
  await expect(rowOf(page, lea)).toBeVisible()
  await expect(page.getByRole('row')).toHaveCount(2)
  await page.goto('/settings?tab=nonsense')
  await expect(page.getByRole('tab', { name: 'Account' })).toHaveAttribute('aria-selected', 'true')
  await page.goto('/people/nobody')
  await expect(page.getByText('This person is not here')).toBeVisible()
})

test('S3 what is confirmed without a connection is refused, and not sent when the connection is back', async ({
  scene,
  asOwner: { page },
}) => {
  const [lea] = await scene.addMany(1)
  await page.goto(`/people?search=${encodeURIComponent(lea!.email)}`)
  await page.getByRole('checkbox', { name: `Select ${lea!.name}` }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Deactivate' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('1 person will change')).toBeVisible()
  await page.context().setOffline(true)
  await expect(page.getByText('You are offline.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Deactivate' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()

  await page.context().setOffline(false)
  await expect(page.getByText('You are offline.')).toBeHidden()
  expect(await scene.row(lea!)).toMatchObject({ status: 'active' })
  await dialog.getByRole('button', { name: 'Deactivate' }).click()
  await expect(page.getByText('1 person deactivated')).toBeVisible()
})
