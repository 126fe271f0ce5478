import { linkIn, type MailServer } from '#tests/harness/smtp.ts'
import { until } from '#tests/harness/until.ts'
import { expect, rowOf, type Scene, test } from './scene.ts'

const newPassword = 'a new and longer password'

async function mailTo(mailServer: MailServer, email: string, subject: RegExp) {
  const arrived = () => mailServer.to(email).find((mail) => subject.test(mail.subject ?? ''))
  await until(`a mail ${subject}`, () => arrived() !== undefined, 15_000)
  return arrived()!
}

const mailsTo = ({ store }: Scene, email: string) =>
  store
    .selectFrom('mails')
    .innerJoin('profiles', 'profiles.userId', 'mails.userId')
    .select(['mails.kind', 'mails.state', 'mails.reason'])
    .where('profiles.email', '=', email)
    .orderBy('mails.id')
    .execute()

test('J2 R11 somebody is invited by mail, chooses a password, and is in; the link works once', async ({
  scene,
  asOwner: { page: admin },
  browser,
}) => {
  const mailServer = await scene.startMail()
  await admin.goto('/people/add')
  await admin.getByLabel('First name').fill('Nora')
  await admin.getByLabel('Last name').fill('New')
  await admin.getByLabel('E-mail').fill('nora@example.org')
  await expect(admin.getByRole('switch', { name: 'Invite them by mail' })).toBeChecked()
  await admin.getByRole('button', { name: 'Add person' }).click()
  await expect(admin.getByText('Nora New').first()).toBeVisible()

  const invitation = await mailTo(mailServer, 'nora@example.org', /./)
  expect(invitation.subject).toContain('Acme')
  expect(invitation.html).toContain('Nora')
  const context = await browser.newContext({ baseURL: scene.origin })
  const page = await context.newPage()
  await page.goto(linkIn(invitation))
  await expect(page.getByText('Nora, nora@example.org')).toBeVisible()
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Set the password and sign in' }).click()
  await expect(page.getByRole('textbox', { name: 'New password' })).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('New password').fill(newPassword)
  await page.getByRole('button', { name: 'Set the password and sign in' }).click()
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()

  await page.goto(linkIn(invitation))
  await expect(page.getByRole('heading', { name: 'This link is not valid any more' })).toBeVisible()
  await context.close()
})

test('R10 R11 a forgotten password is chosen anew; whoever is not known is told the same, and gets no mail', async ({
  scene,
  page,
}) => {
  const mailServer = await scene.startMail()
  const lea = await scene.add({ firstName: 'Lea' })
  const gone = await scene.add({ firstName: 'Gone', status: 'inactive' })
  for (const email of ['nobody@example.org', gone.email, lea.email]) {
    await page.goto('/sign-in')
    await page.getByRole('link', { name: 'Forgotten your password?' }).click()
    await expect(page.getByRole('heading', { name: 'A new password' })).toBeVisible()
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await expect(page.getByText(`If ${email} belongs to somebody who is active here`)).toBeVisible()
  }
  const mail = await mailTo(mailServer, lea.email, /password/i)
  expect(mailServer.mails).toHaveLength(1)
  await page.goto(linkIn(mail))
  await page.getByLabel('New password').fill(newPassword)
  await page.getByRole('button', { name: 'Set the password and sign in' }).click()
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()

  await page.getByRole('button', { name: `My menu: ${lea.name}` }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByLabel('E-mail').fill(lea.email)
  await page.getByLabel('Password', { exact: true }).fill(newPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
})

test('R4 R5 a link that was mailed dies with the deactivation, and stays dead after the return', async ({
  scene,
  page,
  browser,
}) => {
  const mailServer = await scene.startMail()
  const lea = await scene.add({ firstName: 'Lea' })
  await page.goto('/forgotten')
  await page.getByLabel('E-mail').fill(lea.email)
  await page.getByRole('button', { name: 'Send me a link' }).click()
  const link = linkIn(await mailTo(mailServer, lea.email, /password/i))
  await page.goto(link)
  await page.getByLabel('New password').fill(newPassword)

  const context = await browser.newContext({ baseURL: scene.origin })
  const owner = await scene.add({ firstName: 'Olga', lastName: 'Owner', role: 'owner' })
  await scene.enter(context, owner)
  const admin = await context.newPage()
  const turn = async (verb: 'Deactivate' | 'Activate') => {
    await admin.goto('/people?search=Lea')
    await rowOf(admin, lea).getByRole('checkbox').check()
    await admin.getByRole('toolbar').getByRole('button', { name: verb, exact: true }).click()
    await admin.getByRole('dialog').getByRole('button', { name: verb, exact: true }).click()
    await expect(admin.getByRole('dialog')).toBeHidden()
  }
  await turn('Deactivate')
  await page.getByRole('button', { name: 'Set the password and sign in' }).click()
  await expect(page.getByRole('alert')).toContainText('not valid')
  await turn('Activate')
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This link is not valid any more' })).toBeVisible()
  await context.close()
})

test('R43 the mail log tells what was not sent and why, and what its reader may not see', async ({
  scene,
  asOwner: { page: admin },
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const gone = await scene.add({ firstName: 'Gone' })
  for (const { id: userId } of [lea, gone])
    await scene.store
      .insertInto('mails')
      .values({ accountId: scene.accountId, userId, kind: 'password_reset' })
      .execute()
  await scene.store.updateTable('users').set({ status: 'inactive' }).where('id', '=', gone.id).execute()
  const mailServer = await scene.startMail()
  await mailTo(mailServer, lea.email, /password/i)
  await until('both are settled', async () =>
    [...(await mailsTo(scene, lea.email)), ...(await mailsTo(scene, gone.email))].every(
      ({ state }) => state !== 'queued',
    ),
  )
  expect(await mailsTo(scene, gone.email)).toEqual([
    { kind: 'password_reset', state: 'not_sent', reason: 'user_inactive' },
  ])
  expect(mailServer.to(gone.email)).toEqual([])

  await admin.goto('/settings')
  await admin.getByRole('tab', { name: 'Mail log' }).click()
  const row = (email: string) => admin.getByRole('row').filter({ hasText: email })
  await expect(row(gone.email)).toContainText('Not sent')
  await expect(row(gone.email)).toContainText('The person is inactive.')
  await expect(row(lea.email)).toContainText('Sent')
  await row(lea.email).getByRole('button').click()
  await expect(admin.getByRole('dialog').getByText(/^When: \w+ \d+ \w+ \d{4}, \d\d:\d\d/)).toBeVisible()
  await admin.keyboard.press('Escape')
  await admin.getByRole('combobox', { name: 'State' }).click()
  await admin.getByRole('option', { name: 'Not sent' }).click()
  await expect(admin).toHaveURL(/state=not_sent/)
  await expect(row(lea.email)).toHaveCount(0)
})

test('an account says it in its own words, sees them beforehand, and sends itself one', async ({
  scene,
  asOwner: { page: admin, owner },
}) => {
  const mailServer = await scene.startMail()
  await admin.goto('/settings?tab=mail')
  await admin.getByRole('button', { name: /^Welcome back/ }).click()
  await admin.getByLabel('Subject').fill('Good to have you at {{accountName}}')
  await admin.getByRole('button', { name: 'Preview' }).click()
  await expect(admin.getByText('Good to have you at Acme', { exact: true })).toBeVisible()
  await admin.getByRole('button', { name: 'Send me a test' }).click()
  await mailTo(mailServer, owner.email, /Good to have you at Acme/)
  await admin.getByLabel('Subject').fill('Good to have you at {{acountName}}')
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByRole('textbox', { name: 'Subject' })).toHaveAttribute('aria-invalid', 'true')
  await admin.getByLabel('Subject').fill('Good to have you at {{accountName}}')
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByText('Own words')).toBeVisible()
})

test('whoever came without a password chooses one by a mailed link, and hears of it when it is changed', async ({
  scene,
  browser,
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  await scene.store.updateTable('credentials').set({ passwordHash: null }).where('userId', '=', lea.id).execute()
  const mailServer = await scene.startMail()
  const context = await browser.newContext({ baseURL: scene.origin })
  await scene.enter(context, lea)
  const page = await context.newPage()
  await page.goto('/me')
  await expect(page.getByText('You have none: you came without.')).toBeVisible()
  await expect(page.getByText('It follows a password, and you have none.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Add a passkey' })).toBeHidden()
  await page.getByRole('button', { name: 'Mail me the link' }).click()
  await expect(page.getByText(`A link is on its way to ${lea.email}`)).toBeVisible()

  await page.goto(linkIn(await mailTo(mailServer, lea.email, /new password/i)))
  await page.getByLabel('New password').fill(newPassword)
  await page.getByRole('button', { name: 'Set the password and sign in' }).click()
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await page.goto('/me')
  await expect(page.getByRole('button', { name: 'Turn the second step on' })).toBeVisible()
  await page.getByLabel('Current password').fill(newPassword)
  await page.getByLabel('New password').fill(`another ${newPassword}`)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Password changed', { exact: true })).toBeVisible()
  const told = await mailTo(mailServer, lea.email, /was changed$/)
  expect(told.text).toContain('Your password was changed.')
  expect(mailServer.to(lea.email)).toHaveLength(2)
  await context.close()
})
