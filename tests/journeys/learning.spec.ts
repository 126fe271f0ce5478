import type { Page } from '@playwright/test'
import { aPackage } from '#tests/harness/packages.ts'
import { until } from '#tests/harness/until.ts'
import { aCourse, aPackageFile } from './courses-scene.ts'
import { expect, password, rowOf, type Scene, type Somebody, test } from './scene.ts'

const activityOf = (page: Page) => page.frameLocator('iframe').frameLocator('iframe')
const aPage = (text: string) => ({
  kind: 'page' as const,
  document: { type: 'doc' as const, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] },
})

async function aGroup({ accountId, store }: Scene, name: string, members: readonly Somebody[]): Promise<string> {
  const { id: groupId } = await store
    .insertInto('groups')
    .values({ accountId, name })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const { id: userId } of members)
    await store.insertInto('groupMembers').values({ accountId, groupId, userId }).execute()
  return groupId
}

test('S2 S3 J4 J5 J6 whoever is deactivated in the middle of a course is out of everything at once, and has it all when they are back', async ({
  scene,
  asOwner: { page: admin },
  browser,
}) => {
  test.setTimeout(180_000)
  const lea = await scene.add({ firstName: 'Lea', lastName: 'Learner' })
  const gone = await scene.add({ firstName: 'Gone', lastName: 'Before', status: 'inactive' })
  const groupId = await aGroup(scene, 'First aiders', [lea, gone])
  const fileId = await aPackageFile(scene, await aPackage({ version: '2004' }))
  await aCourse(scene, {
    modules: [
      { title: 'Read this', content: aPage('Where the fire is, nobody runs.') },
      { title: 'Extinguishers', content: { kind: 'scorm', fileId } },
    ],
  })
  const later = await aCourse(scene, { title: 'Given later', modules: [{ title: 'Read', content: aPage('More.') }] })

  // The administrator gives it to the group: the inactive member is skipped, and named.
  await admin.goto(`/groups/${groupId}?tab=courses`)
  await give(admin, 'Fire safety')
  await expect(admin.getByText(/1 skipped: inactive people get no courses \(Gone Before\)/)).toBeVisible()

  // The learner does a part of it.
  const context = await browser.newContext()
  const page = await context.newPage()
  await scene.enter(context, lea)
  await page.goto(`${scene.origin}/home`)
  await page.getByRole('link', { name: 'Start Fire safety' }).click()
  await page.getByRole('button', { name: 'Mark as done' }).click()
  await page.getByRole('button', { name: 'Next' }).click()
  await activityOf(page).locator('#answer').click()
  await activityOf(page).locator('#answer').click()
  const { id: enrollmentId } = await scene.store
    .selectFrom('enrollments')
    .select('id')
    .where('userId', '=', lea.id)
    .executeTakeFirstOrThrow()
  const kept = () =>
    scene.store.selectFrom('scormStates').select('cmi').where('enrollmentId', '=', enrollmentId).executeTakeFirst()
  await expect.poll(async () => (await kept())?.cmi).toMatchObject({ cmi: { suspend_data: '2' } })
  const player = page
    .frames()
    .find((frame) => frame.url().includes('/player.html'))!
    .url()
    .split('#')[0]!
  expect((await page.request.get(player)).status()).toBe(200)
  const launch = await scene.store
    .selectFrom('launches')
    .selectAll()
    .where('enrollmentId', '=', enrollmentId)
    .orderBy('openedAt', 'desc')
    .executeTakeFirstOrThrow()

  // Deactivated from another window: the player closes within two seconds, and says why.
  await admin.goto('/people?role=learner')
  await rowOf(admin, lea).getByRole('checkbox').check()
  await admin.getByRole('toolbar').getByRole('button', { name: 'Deactivate' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click()
  await expect(admin.getByText('1 person deactivated')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Your access has ended' })).toBeVisible({ timeout: 2_000 })
  await expect(page.locator('iframe')).toHaveCount(0)

  // What was done is there; nothing comes later; no address of it answers.
  const before = await kept()
  const late = await page.request.post(`${scene.origin}/api/v1/portal/modules/${launch.moduleId}/scorm`, {
    data: { launchId: launch.id, number: 99, activityId: 'item-1', cmi: { cmi: { suspend_data: '3' } }, seconds: 1 },
  })
  expect(late.status()).toBe(401)
  expect(await kept()).toEqual(before)
  expect((await page.request.get(player)).status()).toBe(401)
  expect((await page.request.get(player.replace('player.html', 'content/activity-1.html'))).status()).toBe(401)
  expect((await page.request.get(`${scene.origin}/api/v1/portal/courses`)).status()).toBe(401)

  // Mail was queued for her when the course was given; it is not sent.
  const mailServer = await scene.startMail()
  const mails = () =>
    scene.store
      .selectFrom('mails')
      .select(['kind', 'state', 'reason'])
      .where('userId', '=', lea.id)
      .orderBy('id')
      .execute()
  await until('the mail is settled', async () => (await mails()).every(({ state }) => state !== 'queued'), 20_000)
  expect(await mails()).toEqual([{ kind: 'course_assigned', state: 'not_sent', reason: 'user_inactive' }])
  expect(mailServer.to(lea.email)).toEqual([])

  // She cannot be assigned anything, alone or with her group; reports still show her.
  const alone = await admin.request.post(`${scene.origin}/api/v1/enrollments`, {
    data: { courseIds: [later], users: { ids: [lea.id] } },
  })
  expect([alone.status(), ((await alone.json()) as { code: string }).code]).toEqual([409, 'user_inactive'])
  await admin.goto(`/groups/${groupId}?tab=courses`)
  await give(admin, 'Given later')
  await expect(admin.getByText(/2 skipped: inactive people get no courses/)).toBeVisible()
  await admin.goto('/reports?tab=people')
  await expect(admin.getByRole('row').filter({ hasText: lea.name })).toContainText('Inactive')

  // Back: the same progress, the course that was missed, a mail that says so.
  await admin.goto('/people?status=inactive')
  await rowOf(admin, lea).getByRole('checkbox').check()
  await admin.getByRole('toolbar').getByRole('button', { name: 'Activate', exact: true }).click()
  await expect(admin.getByRole('dialog').getByText('1 course')).toBeVisible()
  await admin.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
  await expect(admin.getByText('1 person activated')).toBeVisible()
  await until(
    'she was told',
    () => mailServer.to(lea.email).some(({ subject }) => subject === 'You are back at Acme'),
    20_000,
  )

  // The session of before stays dead; she signs in.
  await page.goto(`${scene.origin}/home`)
  await page.getByLabel('E-mail').fill(lea.email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('link', { name: 'Start Given later' })).toBeVisible()
  await page.getByRole('link', { name: 'Continue Fire safety' }).click()
  await expect(activityOf(page).locator('#location')).toHaveText('page-2')
  await expect(activityOf(page).locator('#kept')).toHaveText('2')
  await context.close()
})

/** Gives a course to the group whose page is open. */
async function give(page: Page, course: string): Promise<void> {
  await page.getByRole('button', { name: 'Assign a course' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByPlaceholder('Find published courses').click()
  await page.getByRole('option', { name: course }).click()
  await dialog.getByRole('button', { name: 'Assign', exact: true }).click()
}
