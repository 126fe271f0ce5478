import { expect, password, test } from './scene.ts'

test('J1 an active person signs in, and signs out again', async ({ scene, page }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await page.goto('/')
  await page.getByLabel('E-mail').fill(lea.email.toUpperCase())
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('No courses yet')).toBeVisible()

  await page.getByRole('button', { name: lea.name }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await page.goto('/home')
  await expect(page.getByLabel('E-mail')).toBeVisible()
})

test('J1 an inactive person does not, and is told so after the right password alone', async ({ scene, page }) => {
  const lea = await scene.add({ firstName: 'Lea', status: 'inactive' })
  await page.goto('/sign-in')
  const enter = async (typed: string) => {
    await page.getByLabel('E-mail').fill(lea.email)
    await page.getByLabel('Password', { exact: true }).fill(typed)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  await enter('not their password')
  await expect(page.getByRole('alert')).toHaveText('The e-mail or the password is not right. Try again.')
  await enter(password)
  await expect(page.getByRole('alert')).toHaveText('Your account is inactive. Contact your administrator.')

  const events = await scene.store.selectFrom('lifecycleEvents').select('change').where('userId', '=', lea.id).execute()
  expect(events).toEqual([{ change: 'sign_in_refused' }])
  expect(await scene.store.selectFrom('sessions').selectAll().execute()).toEqual([])
})

test('S3 J5 an open page ends by itself after the deactivation, and says why', async ({ scene, asOwner, browser }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const context = await browser.newContext({ baseURL: scene.origin })
  await scene.enter(context, lea)
  const theirs = await context.newPage()
  await theirs.goto('/home')
  await expect(theirs.getByText('No courses yet')).toBeVisible()

  const { page } = asOwner
  await page.goto(`/people/${lea.id}`)
  await page.getByRole('switch', { name: 'Active User' }).click({ force: true })
  const answered = page.waitForResponse((response) => response.request().method() === 'PATCH')
  await page.getByRole('button', { name: 'Save' }).click()
  await answered
  await expect(theirs.getByRole('heading', { name: 'Your access has ended' })).toBeVisible({ timeout: 4_000 })
  await expect(theirs.getByText('Your account is inactive. Contact your administrator.')).toBeVisible()
  await context.close()
})

test('S1 a date that passes ends an open page and every request, with nothing running that records it', async ({
  scene,
  page,
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await scene.enter(page.context(), lea)
  await page.goto('/home')
  await expect(page.getByText('No courses yet')).toBeVisible()
  await scene.store
    .updateTable('users')
    .set({ deactivationDate: '2024-01-01', deactivateAt: '2024-01-01T22:59:00Z' })
    .where('id', '=', lea.id)
    .execute()

  await expect(page.getByRole('heading', { name: 'Your access has ended' })).toBeVisible({ timeout: 4_000 })
  const response = await page.request.get('/api/v1/me')
  expect(response.status()).toBe(401)
  expect(await response.json()).toMatchObject({ code: 'account_inactive' })
  expect(await scene.row(lea)).toMatchObject({ status: 'active' })
})

test('a session that ends under something typed loses none of it', async ({ scene, asOwner: { page, owner } }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await page.goto(`/people/${lea.id}`)
  await page.getByLabel('Job title').fill('Controller')
  await scene.store.deleteFrom('sessions').execute()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await expect(dialog.getByRole('link', { name: 'Sign in in another tab' })).toHaveAttribute('target', '_blank')

  await scene.enter(page.context(), owner)
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(dialog).toBeHidden()
  await expect(page.getByLabel('Job title')).toHaveValue('Controller')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Lea Example was changed.')).toBeVisible()

  // Somebody else at the same browser does not see it.
  await page.getByLabel('Job title').fill('Auditor')
  await scene.store.deleteFrom('sessions').execute()
  await expect(dialog).toBeVisible()
  await scene.enter(page.context(), lea)
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(page.getByRole('heading', { name: /^Sign in/ })).toBeVisible()
})

test('S3 what is typed when a session ends is not shown to whoever signed in meanwhile, however long that is ago', async ({
  scene,
  asOwner: { page },
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const ada = await scene.add({ firstName: 'Ada', role: 'administrator' })
  await page.goto(`/people/${lea.id}`)
  await page.getByLabel('Job title').fill('Auditor')
  await scene.store.deleteFrom('sessions').execute()
  await expect(page.getByRole('dialog', { name: 'Your session has ended' })).toBeVisible()

  // The page listens again by the session that there is, and asks who that is.
  const asked = page.waitForResponse((response) => response.url().endsWith('/api/v1/me') && response.ok())
  await scene.enter(page.context(), ada)
  await (await asked).finished()
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(page.getByRole('heading', { name: /^Sign in/ })).toBeVisible()
})

test('a server that does not answer for a moment takes nothing away that is typed', async ({
  scene,
  asOwner: { page },
}) => {
  const [lea, max] = await scene.addMany(2)
  await page.goto(`/people/${lea!.id}`)
  await page.getByLabel('Job title').fill('Controller')
  let refused = 0
  await page.route(`**/api/v1/users/${lea!.id}`, (route) => {
    refused++
    return route.fulfill({ status: 503, json: { code: 'unavailable', title: 'The database does not answer.' } })
  })
  // Whatever happens to anybody, the page asks again.
  await page.request.post('/api/v1/users/deactivate', { data: { users: { ids: [max!.id] } } })
  await expect.poll(() => refused, { timeout: 30_000 }).toBeGreaterThan(2)
  await page.unroute(`**/api/v1/users/${lea!.id}`)
  await expect(page.getByLabel('Job title')).toHaveValue('Controller')
})
