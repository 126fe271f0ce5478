import type { Page } from '@playwright/test'
import { pdf, video } from '#tests/harness/media.ts'
import { aPackage } from '#tests/harness/packages.ts'
import { aCourse, aFile, aPackageFile, enrolled } from './courses-scene.ts'
import { expect, test } from './scene.ts'

const aPage = (text: string) => ({
  kind: 'page' as const,
  document: { type: 'doc' as const, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] },
})
const quiz = {
  kind: 'quiz' as const,
  quiz: {
    passMark: 50,
    mostAttempts: 2,
    questions: [
      {
        id: 'q1',
        kind: 'single' as const,
        text: 'What do you do first?',
        choices: [
          { id: 'run', text: 'Run', isRight: false },
          { id: 'warn', text: 'Warn the others', isRight: true },
        ],
        accepted: [],
      },
    ],
  },
}

/** What the activity of a package shows, two frames deep on its own origin. */
const activityOf = (page: Page) => page.frameLocator('iframe').frameLocator('iframe')
const done = (page: Page, module: string) =>
  expect(page.getByRole('navigation', { name: 'Contents' }).getByRole('button', { name: module })).toContainText('Done')

test('a learner does every kind of module, passes, and shows a certificate that anybody can verify', async ({
  scene,
  page,
  browser,
}) => {
  const lea = await scene.add({ firstName: 'Lea', lastName: 'Learner' })
  const courseId = await aCourse(scene, {
    givesCertificate: true,
    modules: [
      { title: 'Read this', content: aPage('Where the fire is, nobody runs.') },
      { title: 'See this', content: { kind: 'video', fileId: await aFile(scene, 'video', 'video/webm', video) } },
      {
        title: 'Plan of escape',
        content: { kind: 'document', fileId: await aFile(scene, 'document', 'application/pdf', pdf()) },
      },
      { title: 'Elsewhere', content: { kind: 'link', url: 'https://example.org/' } },
      { title: 'Questions', content: quiz },
    ],
  })
  const enrollmentId = await enrolled(scene, lea, courseId)
  await scene.enter(page.context(), lea)

  await page.goto('/home')
  await expect(page.getByRole('heading', { name: 'To do (1)' })).toBeVisible()
  // All of the card is its one link.
  const card = page.getByRole('article', { name: 'Fire safety' })
  await expect(card.getByRole('link')).toHaveCount(1)
  const { x, y } = (await card.getByRole('heading', { name: 'Fire safety' }).boundingBox())!
  await page.mouse.click(x + 5, y + 5)

  await expect(page.getByText('Where the fire is, nobody runs.')).toBeVisible()
  await page.getByRole('button', { name: 'Mark as done' }).click()
  await done(page, 'Read this')
  await page.getByRole('button', { name: 'Next' }).click()

  await expect(page.getByRole('heading', { name: 'See this' })).toBeVisible()
  await page.locator('video').evaluate((film: HTMLVideoElement) => {
    film.muted = true
    return film.play()
  })
  await done(page, 'See this')
  await page.keyboard.press('n')

  await expect(page.getByRole('group', { name: 'a.document' }).locator('canvas')).toBeVisible()
  await page.getByRole('button', { name: 'Mark as done' }).click()
  await done(page, 'Plan of escape')
  await page.keyboard.press('n')

  await expect(page.getByRole('link', { name: 'Open the page' })).toHaveAttribute('href', 'https://example.org/')
  await page.getByRole('button', { name: 'Mark as done' }).click()
  await done(page, 'Elsewhere')
  await page.keyboard.press('n')

  await page.getByRole('radio', { name: 'Run' }).check()
  await page.getByRole('button', { name: 'Hand in' }).click()
  await expect(page.getByText('Not passed: 0 %')).toBeVisible()
  await expect(page.getByText('Right would have been')).toHaveCount(0)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('radio', { name: 'Warn the others' }).check()
  await page.getByRole('button', { name: 'Hand in' }).click()
  await expect(page.getByText('Passed with 100 %')).toBeVisible()
  await expect(page.getByText('You have completed this course.')).toBeVisible()

  const row = await scene.store
    .selectFrom('enrollments')
    .selectAll()
    .where('id', '=', enrollmentId)
    .executeTakeFirstOrThrow()
  expect(row).toMatchObject({ progress: 100, score: 100 })
  expect(row.completedAt).not.toBeNull()
  const { code } = await scene.store
    .selectFrom('certificates')
    .select('code')
    .where('enrollmentId', '=', enrollmentId)
    .executeTakeFirstOrThrow()

  await page.goto('/certificates')
  await expect(page.getByRole('row').filter({ hasText: 'Fire safety' })).toContainText(code)
  const file = await page.request.get(
    await page
      .getByRole('link', { name: 'Open the certificate of Fire safety as PDF' })
      .evaluate((link: HTMLAnchorElement) => link.href),
  )
  expect((await file.body()).subarray(0, 5).toString()).toBe('%PDF-')

  // The person leaves; what they earned can still be verified, by somebody who is nobody here.
  await scene.store.updateTable('users').set({ status: 'inactive' }).where('id', '=', lea.id).execute()
  const stranger = await browser.newPage()
  await stranger.goto(`${scene.origin}/verify`)
  await stranger.getByLabel('Code').fill(code.toLowerCase().replaceAll('-', ' '))
  await stranger.getByRole('button', { name: 'Verify' }).click()
  await expect(stranger.getByText('This certificate is genuine and valid.')).toBeVisible()
  await expect(stranger.getByText('Lea Learner')).toBeVisible()
  await stranger.goto(`${scene.origin}/verify?code=AAAA-BBBB-CCCC-DDDD`)
  await expect(stranger.getByText('There is no certificate with this code')).toBeVisible()
  await stranger.close()
})

test('a quiz asks before it is handed in without an answer, and keeps what was ticked while another module is looked at', async ({
  scene,
  page,
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const courseId = await aCourse(scene, {
    modules: [
      { title: 'Questions', content: quiz },
      { title: 'Read this', content: aPage('Where the fire is, nobody runs.') },
    ],
  })
  await enrolled(scene, lea, courseId)
  await scene.enter(page.context(), lea)
  await page.goto(`/learn/${courseId}`)
  await page.getByRole('button', { name: 'Hand in' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('1 question has no answer. Hand in anyway?')).toBeVisible()
  await dialog.getByRole('button', { name: 'Back to the questions' }).click()
  await page.getByRole('radio', { name: 'Warn the others' }).check()
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByText('Where the fire is, nobody runs.')).toBeVisible()
  await page.getByRole('button', { name: 'Previous' }).click()
  await expect(page.getByRole('radio', { name: 'Warn the others' })).toBeChecked()
  await expect(page.getByText('2 attempts left')).toBeVisible()
  await page.getByRole('button', { name: 'Hand in' }).click()
  await expect(page.getByText('Passed with 100 %')).toBeVisible()
})

test('a quiz that its author changes meanwhile is opened again, with what was ticked, and no attempt is used', async ({
  scene,
  page,
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const courseId = await aCourse(scene, { modules: [{ title: 'Questions', content: quiz }] })
  await enrolled(scene, lea, courseId)
  await scene.enter(page.context(), lea)
  await page.goto(`/learn/${courseId}`)
  await page.getByRole('radio', { name: 'Warn the others' }).check()
  const harder = { ...quiz.quiz, passMark: 100 }
  await scene.store
    .updateTable('modules')
    .set({ version: 2, content: JSON.stringify({ quiz: harder }) })
    .where('courseId', '=', courseId)
    .execute()
  await page.getByRole('button', { name: 'Hand in' }).click()
  await expect(page.getByRole('alert')).toContainText('No attempt was used.')
  await page.getByRole('button', { name: 'Open it here again' }).click()
  await expect(page.getByText('100 %')).toBeVisible()
  await expect(page.getByText('2 attempts left')).toBeVisible()
  await page.getByRole('button', { name: 'Hand in' }).click()
  await expect(page.getByText('You have completed this course.')).toBeVisible()
})

for (const version of ['1.2', '2004'] as const) {
  test(`R47 a package of SCORM ${version} runs on an origin of its own, and goes on over sessions where it was left`, async ({
    scene,
    page,
    browser,
  }) => {
    const lea = await scene.add({ firstName: 'Lea', lastName: 'Learner' })
    const courseId = await aCourse(scene, {
      modules: [
        {
          title: 'Extinguishers',
          content: { kind: 'scorm', fileId: await aPackageFile(scene, await aPackage({ version })) },
        },
      ],
    })
    const enrollmentId = await enrolled(scene, lea, courseId)
    const progress = () =>
      scene.store.selectFrom('moduleProgress').selectAll().where('enrollmentId', '=', enrollmentId).executeTakeFirst()
    await scene.enter(page.context(), lea)
    await page.goto(`/learn/${courseId}`)
    await expect(activityOf(page).locator('#learner')).toHaveText('Learner, Lea')
    await expect(activityOf(page).locator('#location')).toHaveText('beginning')
    await activityOf(page).locator('#answer').click()
    await activityOf(page).locator('#answer').click()
    await expect
      .poll(
        async () =>
          (
            await scene.store
              .selectFrom('scormStates')
              .select('cmi')
              .where('enrollmentId', '=', enrollmentId)
              .executeTakeFirst()
          )?.cmi,
      )
      .toMatchObject(
        version === '1.2'
          ? { cmi: { suspend_data: '2', core: { lesson_location: 'page-2' } } }
          : { cmi: { suspend_data: '2', location: 'page-2' } },
      )

    // It cannot reach the pages that frame it: neither what they hold, nor what they may ask for.
    const reached = await page
      .frames()
      .at(-1)!
      .evaluate(async (origin) => {
        const cookies = document.cookie
        let page: string
        try {
          page = window.top!.document.title
        } catch {
          page = 'refused'
        }
        const api = await fetch(`${origin}/api/v1/me`, { credentials: 'include' })
          .then((answer) => String(answer.status))
          .catch(() => 'refused')
        return { cookies, page, api }
      }, scene.origin)
    expect(reached).toEqual({ cookies: '', page: 'refused', api: 'refused' })
    await page.close()

    const later = await (await browser.newContext()).newPage()
    await scene.enter(later.context(), lea)
    await later.goto(`${scene.origin}/learn/${courseId}`)
    await expect(activityOf(later).locator('#location')).toHaveText('page-2')
    await expect(activityOf(later).locator('#kept')).toHaveText('2')
    await activityOf(later).locator('#finish').click()
    await expect(later.getByText('You have completed this course.')).toBeVisible()
    expect(await progress()).toMatchObject({ state: 'completed', score: 80 })
    await later.context().close()
  })
}

test('a package of several activities is complete with all of them', async ({ scene, page }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const fileId = await aPackageFile(scene, await aPackage({ activities: ['Before', 'After'] }))
  const courseId = await aCourse(scene, { modules: [{ title: 'Two parts', content: { kind: 'scorm', fileId } }] })
  await enrolled(scene, lea, courseId)
  await scene.enter(page.context(), lea)
  await page.goto(`/learn/${courseId}`)
  await expect(activityOf(page).getByRole('heading', { name: 'Before' })).toBeVisible()
  await activityOf(page).locator('#finish').click()
  await expect(activityOf(page).locator('#status')).toHaveText('completed')
  await page.getByRole('list', { name: 'Activities' }).getByRole('button', { name: 'After' }).click()
  await expect(activityOf(page).getByRole('heading', { name: 'After' })).toBeVisible()
  await expect(page.getByText('You have completed this course.')).toHaveCount(0)
  await activityOf(page).locator('#finish').click()
  await expect(page.getByText('You have completed this course.')).toBeVisible()
})

test('what an activity says only when it is left is kept, wherever one goes from it', async ({ scene, page }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const fileId = await aPackageFile(scene, await aPackage({ activities: ['Before', 'After'] }))
  const courseId = await aCourse(scene, {
    modules: [
      { title: 'Two parts', content: { kind: 'scorm', fileId } },
      { title: 'Read this', content: aPage('A text.') },
    ],
  })
  const enrollmentId = await enrolled(scene, lea, courseId)
  await scene.enter(page.context(), lea)
  await page.goto(`/learn/${courseId}`)
  /** What is not committed before it is left. */
  const saidAtLast = (text: string) =>
    activityOf(page)
      .locator('#answer')
      .evaluate((_, told) => {
        const { API_1484_11: runtime } = window.parent as unknown as {
          API_1484_11: { SetValue(name: string, value: string): string }
        }
        runtime.SetValue('cmi.location', told)
      }, text)
  const places = async () =>
    (
      await scene.store
        .selectFrom('scormStates')
        .select(['sco', 'cmi'])
        .where('enrollmentId', '=', enrollmentId)
        .orderBy('sco')
        .execute()
    ).map(({ cmi }) => (cmi as { cmi: { location: string } }).cmi.location)

  await expect(activityOf(page).getByRole('heading', { name: 'Before' })).toBeVisible()
  await saidAtLast('end of the first')
  await page.getByRole('list', { name: 'Activities' }).getByRole('button', { name: 'After' }).click()
  await expect(activityOf(page).getByRole('heading', { name: 'After' })).toBeVisible()
  await expect.poll(places).toEqual(['end of the first'])

  await saidAtLast('end of the second')
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByText('A text.')).toBeVisible()
  await expect.poll(places).toEqual(['end of the first', 'end of the second'])

  await page.getByRole('button', { name: 'Previous' }).click()
  await expect(activityOf(page).locator('#location')).toHaveText('end of the first')
  await saidAtLast('left for the list of courses')
  await page.getByRole('link', { name: 'My courses' }).first().click()
  await expect(page).toHaveURL(/\/home/)
  await expect.poll(places).toEqual(['left for the list of courses', 'end of the second'])
})

test('of two windows the one that opened a module last writes, and the other says so', async ({ scene, page }) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const courseId = await aCourse(scene, { modules: [{ title: 'Read this', content: aPage('A text.') }] })
  await enrolled(scene, lea, courseId)
  await scene.enter(page.context(), lea)
  await page.goto(`/learn/${courseId}`)
  await expect(page.getByText('A text.')).toBeVisible()
  const second = await page.context().newPage()
  await second.goto(`${scene.origin}/learn/${courseId}`)
  await expect(second.getByText('A text.')).toBeVisible()
  await page.getByRole('button', { name: 'Mark as done' }).click()
  await expect(page.getByText('This module was opened in another window.')).toBeVisible()
  await page.getByRole('button', { name: 'Open it here again' }).click()
  await page.getByRole('button', { name: 'Mark as done' }).click()
  await expect(page.getByText('You have completed this course.')).toBeVisible()
})

test('what happens to others opens no module anew; unsent answers are not left without a question', async ({
  scene,
  page,
  browser,
}) => {
  const [lea, max] = await scene.addMany(2)
  const courseId = await aCourse(scene, { modules: [{ title: 'Do you know?', content: quiz }] })
  await enrolled(scene, lea!, courseId)
  await scene.enter(page.context(), lea!)
  let openings = 0
  page.on('request', (request) => {
    if (/\/modules\/[^/]+\/open/.test(request.url())) openings++
  })
  await page.goto(`/learn/${courseId}`)
  await page.getByRole('radio', { name: 'Warn the others' }).check()

  const askedAgain = page.waitForResponse((response) => response.url().includes(`/portal/courses/${courseId}`))
  const context = await browser.newContext()
  await scene.enter(context, await scene.add({ firstName: 'Ada', role: 'administrator' }))
  const told = await context.request.post(`${scene.origin}/api/v1/users/deactivate`, {
    data: { users: { ids: [max!.id] } },
  })
  expect(told.ok()).toBe(true)
  await context.close()
  await askedAgain
  await expect(page.getByRole('radio', { name: 'Warn the others' })).toBeChecked()
  expect(openings).toBe(1)

  await page.getByRole('link', { name: 'My courses' }).first().click()
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click()
  await page.getByRole('button', { name: 'Hand in' }).click()
  await expect(page.getByText('You have completed this course.')).toBeVisible()
  await page.getByRole('link', { name: 'My courses' }).first().click()
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Fire safety')
})
