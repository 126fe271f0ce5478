import type { Page } from '@playwright/test'
import { IdentityProvider } from '#tests/harness/oidc-provider.ts'
import { SamlServer } from '#tests/harness/saml.ts'
import { expect, type Scene, test } from './scene.ts'

const provider = new IdentityProvider()
test.beforeAll(() => provider.start())
test.afterAll(() => provider.stop())

/** Adds it as an administrator does, by what its form shows. */
async function addProvider(page: Page): Promise<void> {
  await page.goto('/settings?tab=single-sign-on')
  await page.getByRole('button', { name: 'Add provider' }).click()
  await page.getByRole('menuitem', { name: /^OpenID Connect/ }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.locator('pre')).toHaveCount(2)
  const [redirectUri, logoutUri] = await dialog.locator('pre').allTextContents()
  provider.register({ redirectUri: redirectUri!, logoutUri: logoutUri! })
  await dialog.getByLabel('Name on the button').fill('Company')
  await dialog.getByLabel('Issuer').fill(provider.issuer)
  await dialog.getByLabel('Client ID').fill(provider.clientId)
  await dialog.getByRole('textbox', { name: 'Client secret' }).fill(provider.secret)
  await dialog.getByRole('switch', { name: 'Add people at their first sign-in' }).click({ force: true })
  await dialog.getByRole('button', { name: 'Add provider' }).click()
  await expect(page.getByText('Nobody has come by it yet')).toBeVisible()
}

const personIn = ({ store }: Scene, email: string) =>
  store.selectFrom('profiles').select('userId as id').where('email', '=', email).executeTakeFirstOrThrow()

test('R40 R42 R8 somebody new signs in at the provider, is signed out there and so here, and has no access when deactivated', async ({
  scene,
  asOwner: { page: settings },
  browser,
}) => {
  await addProvider(settings)
  await settings.getByRole('button', { name: 'What to do with Company' }).click()
  await settings.getByRole('menuitem', { name: 'Test' }).click()
  await expect(settings.getByText('Company answers as it should')).toBeVisible()

  const email = 'nia.new@example.org'
  provider.person = { sub: 'nia', email, email_verified: true, given_name: 'Nia', family_name: 'New' }
  const page = await (await browser.newContext({ baseURL: scene.origin })).newPage()
  await page.goto('/certificates')
  await page.getByRole('link', { name: 'Sign in with Company' }).click()
  await page.getByRole('button', { name: 'Sign in as myself' }).click()
  await expect(page.getByRole('heading', { name: 'Certificates', level: 1 })).toBeVisible()
  expect(new URL(page.url()).pathname).toBe('/certificates')
  const nia = await personIn(scene, email)
  expect(await scene.row({ ...nia, name: '', email })).toMatchObject({ role: 'learner', status: 'active' })

  const other = await page.context().newPage()
  await other.goto(`${provider.issuer}/session/end`)
  await other.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page.getByRole('heading', { name: /^Sign in to/ })).toBeVisible({ timeout: 4_000 })

  await scene.store.updateTable('users').set({ status: 'inactive' }).where('id', '=', nia.id).execute()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Sign in with Company' }).click()
  await page.getByRole('button', { name: 'Sign in as myself' }).click()
  await expect(page.getByRole('heading', { name: 'No access' })).toBeVisible()
  await expect(page.getByText('Your account is inactive. Contact your administrator.')).toBeVisible()
  await page.getByRole('link', { name: 'Go to the sign-in page' }).click()
  await expect(page.getByLabel('E-mail')).toBeVisible()

  await settings.reload()
  await settings.getByRole('button', { name: 'What to do with Company' }).click()
  await settings.getByRole('menuitem', { name: 'Sign-ins' }).click()
  await expect(settings.getByRole('row', { name: /Nia New.*Added and signed in/ })).toBeVisible()
  await expect(settings.getByRole('row', { name: /Nia New.*Refused: inactive/ })).toBeVisible()
})

test('R40 somebody connects the provider under My account; by single sign-on alone only the owner has a password', async ({
  scene,
  asOwner: { page, owner },
}) => {
  await addProvider(page)
  provider.person = { sub: 'olga', email: 'olga@elsewhere.example.org', email_verified: false }
  await page.goto('/me')
  await page.getByRole('button', { name: 'Connect Company' }).click()
  await page.getByRole('button', { name: 'Sign in as myself' }).click()
  await expect(page.getByText('Company · olga@elsewhere.example.org')).toBeVisible()

  await page.goto('/settings?tab=single-sign-on')
  await page.getByRole('switch', { name: 'Sign in by single sign-on only' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Only single sign-on' }).click()
  await expect(page.getByText('People sign in by single sign-on only')).toBeVisible()

  await page.context().clearCookies()
  await page.goto('/sign-in')
  await expect(page.getByRole('link', { name: 'Sign in with Company' })).toBeVisible()
  await expect(page.getByLabel('E-mail')).toHaveCount(0)
  await page.getByRole('button', { name: 'Sign in with a password, as the owner' }).click()
  await page.getByLabel('E-mail').fill(owner.email)
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'People', level: 1 })).toBeVisible()
  expect(await scene.seatsUsed()).toBe(1)
})

test('R40 R36 an administrator adds a SAML provider by its metadata, and somebody new signs in by it', async ({
  scene,
  asOwner: { page: settings },
  browser,
}) => {
  const idp = await new SamlServer().start()
  const email = 'sam@example.org'
  idp.person = { subject: 'sam', attributes: { email, firstName: 'Sam', lastName: 'Learner' } }
  await settings.goto('/settings?tab=single-sign-on')
  await settings.getByRole('button', { name: 'Add provider' }).click()
  await settings.getByRole('menuitem', { name: /^SAML/ }).click()
  const dialog = settings.getByRole('dialog')
  await dialog.getByLabel('Name on the button').fill('Head office')
  await dialog.getByLabel('Metadata of the provider').fill('<html></html>')
  await dialog.getByRole('button', { name: 'Read' }).click()
  await expect(dialog.getByText('An entity id, an entry point')).toBeVisible()
  await dialog.getByLabel('Metadata of the provider').fill(idp.metadata)
  await dialog.getByRole('button', { name: 'Read' }).click()
  await expect(dialog.getByLabel('Sign-in address')).toHaveValue(idp.entryPoint)
  await dialog.getByRole('switch', { name: 'Add people at their first sign-in' }).click({ force: true })
  await dialog.getByRole('button', { name: 'Add provider' }).click()
  await expect(settings.getByText('Nobody has come by it yet')).toBeVisible()

  const page = await (await browser.newContext({ baseURL: scene.origin })).newPage()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Sign in with Head office' }).click()
  await page.getByRole('button', { name: 'Sign in as myself' }).click()
  await expect(page.getByText('No courses yet')).toBeVisible()
  expect(await scene.row({ ...(await personIn(scene, email)), name: '', email })).toMatchObject({ role: 'learner' })

  await scene.setLimit(2)
  idp.person = { subject: 'late', attributes: { email: 'late@example.org' } }
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Sign in with Head office' }).click()
  await page.getByRole('button', { name: 'Sign in as myself' }).click()
  await expect(page.getByRole('heading', { name: 'You wait for a seat' })).toBeVisible()
  expect(await scene.row({ ...(await personIn(scene, 'late@example.org')), name: '', email })).toMatchObject({
    status: 'inactive',
    statusCause: 'seat_limit',
  })
  idp.stop()
})
