import { expect, test } from './scene.ts'
import { setupLink } from '#server/accounts/setup-link.ts'

test.use({ timezoneId: 'Asia/Tokyo' })

test('the first visit sets up the account with 250 sample people; the link works once', async ({ scene, page }) => {
  await scene.store.deleteFrom('accounts').execute()
  const link = await setupLink(scene.database)
  await page.goto('/')
  await expect(page.getByText('This installation is not set up yet')).toBeVisible()

  await page.goto(link!)
  await expect(page.getByRole('combobox', { name: 'Time zone' })).toHaveValue('Asia/Tokyo')
  await page
    .getByLabel('Name of the account')
    .or(page.getByLabel(/account/i).first())
    .first()
    .fill('Acme Academy')
  await page.getByLabel('First name').fill('Olga')
  await page.getByLabel('Last name').fill('Owner')
  await page.getByLabel('E-mail').fill('olga@example.org')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByRole('button', { name: /set up/i }).click()

  await expect(page.getByRole('heading', { name: 'People' })).toBeVisible({ timeout: 15_000 })
  await expect(page.getByRole('button', { name: 'All 251' })).toBeVisible()
  const account = await scene.store.selectFrom('accounts').selectAll().executeTakeFirstOrThrow()
  expect(account).toMatchObject({ name: 'Acme Academy', timeZone: 'Asia/Tokyo', seatLimit: 500 })

  await page.goto(link!)
  await expect(page.getByText('This setup link is not valid.')).toBeVisible()
})
