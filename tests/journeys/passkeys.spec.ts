import type { CDPSession, Page } from '@playwright/test'
import { sql } from 'kysely'
import { expect, password, test } from './scene.ts'

/** A device that keeps passkeys, whose owner always touches it. */
async function withDevice(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, authenticatorId }
}

test('a passkey is added, signs in without a password, also where a role needs a second step, and never who is out', async ({
  scene,
  browser,
}) => {
  const [olga, lea] = [await scene.add({ firstName: 'Olga', role: 'owner' }), await scene.add({ firstName: 'Lea' })]
  // Browsers have passkeys for names, and none for the number of a machine.
  const origin = scene.origin.replace('127.0.0.1', 'localhost')
  const context = await browser.newContext({ baseURL: origin })
  const page = await context.newPage()
  const { cdp, authenticatorId } = await withDevice(page)
  const withPasskey = page.getByRole('button', { name: 'Sign in with a passkey' })
  const isIn = () => expect(page.getByText('No courses yet')).toBeVisible()

  await page.goto('/sign-in')
  await withPasskey.click()
  await expect(page.getByRole('alert')).toContainText('No passkey was shown')
  const signIn = async () => {
    await page.getByLabel('E-mail').fill(lea.email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await signIn()
  await isIn()
  await page.goto('/me')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Name')).toHaveValue(/^Chrome on /)
  await dialog.getByLabel('Name').fill('Lea’s laptop')
  await dialog.getByLabel('Current password').fill(password)
  await dialog.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page.getByText('Passkey added', { exact: true })).toBeVisible()
  await expect(page.getByText('never used')).toBeVisible()
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await dialog.getByLabel('Current password').fill(password)
  await dialog.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(dialog.getByRole('alert')).toContainText('has a passkey of yours already')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Rename Lea’s laptop' }).click()
  await dialog.getByLabel('Name').fill('Laptop')
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(page.getByText('Laptop', { exact: true })).toBeVisible()

  await sql`update accounts set second_step_roles = '{learner}'`.execute(scene.store)
  await context.clearCookies()
  await page.goto('/sign-in')
  await signIn()
  await expect(page.getByText('Your organisation wants more than that')).toBeVisible()
  await withPasskey.click()
  await isIn()

  const administrator = await browser.newContext({ baseURL: scene.origin })
  await scene.enter(administrator, olga)
  const admin = await administrator.newPage()
  await admin.goto(`/people/${lea.id}`)
  const become = async (status: 'Active' | 'Inactive') => {
    await admin.getByRole('switch', { name: 'Active User' }).click({ force: true })
    await admin.getByRole('button', { name: 'Save' }).click()
    await expect(admin.getByText(status, { exact: true })).toBeVisible()
  }
  await become('Inactive')
  await context.clearCookies()
  await page.goto('/sign-in')
  await withPasskey.click()
  await expect(page.getByRole('alert')).toContainText('Your account is inactive. Contact your administrator.')
  await become('Active')
  await withPasskey.click()
  await isIn()

  await page.goto('/me')
  await page.getByRole('button', { name: 'Remove Laptop' }).click()
  await dialog.getByLabel('Current password').fill(password)
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('You have none.')).toBeVisible()
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
  expect(credentials).toHaveLength(1)
  await context.clearCookies()
  await page.goto('/sign-in')
  await withPasskey.click()
  await expect(page.getByRole('alert')).toContainText('This passkey is not known here')
})
