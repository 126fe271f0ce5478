import { Secret, TOTP } from 'otpauth'
import { expect, password, test } from './scene.ts'

const codeOf = (secret: string, periods = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({
    timestamp: Date.now() + periods * 30_000,
  })

test('a role needs a second step: it is set up at the sign-in, asked for at the next, and ended for who lost it', async ({
  asOwner: { page },
  scene,
  browser,
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await page.goto('/settings')
  await page.getByRole('combobox', { name: 'Whose sign-in needs a second step' }).click()
  await page.getByRole('option', { name: 'Learner' }).click()
  await expect(page.getByText('Saved')).toBeVisible()

  const context = await browser.newContext({ baseURL: scene.origin })
  const theirs = await context.newPage()
  const signIn = async () => {
    await theirs.goto('/sign-in')
    await theirs.getByLabel('E-mail').fill(lea.email)
    await theirs.getByLabel('Password', { exact: true }).fill(password)
    await theirs.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await signIn()
  await expect(theirs.getByText('Your organisation wants a second step')).toBeVisible()
  await expect(theirs.getByRole('img', { name: 'The secret for your authenticator app' })).toBeVisible()
  const secret = await theirs.locator('pre').innerText()
  await theirs.getByLabel('The six digits that it shows').fill(codeOf(secret, -1))
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click()
  const once = theirs.getByRole('dialog', { name: 'Your recovery codes' })
  const codes = (await once.locator('pre').innerText()).split('\n')
  expect(codes).toHaveLength(10)
  await once.getByRole('button', { name: 'I have copied it' }).click()
  await expect(theirs.getByText('No courses yet')).toBeVisible()

  await context.clearCookies()
  await signIn()
  await theirs.getByLabel('Code').fill('000 000')
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(theirs.getByRole('alert')).toContainText('The code is not right')
  await theirs.getByLabel('Code').fill(codes[0]!)
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(theirs.getByText('No courses yet')).toBeVisible()
  await theirs.goto('/me')
  await expect(theirs.getByText('9 recovery codes are left')).toBeVisible()
  await context.close()

  await page.goto(`/people/${lea.id}`)
  await page.getByRole('button', { name: 'End second step' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End second step' }).click()
  await expect(page.getByText(`The second step of ${lea.name} is off`)).toBeVisible()
  await expect(page.getByRole('button', { name: 'End second step' })).toHaveCount(0)
})
