import { writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { picture, pdf, sound, video } from '#tests/harness/media.ts'
import { aPackage } from '#tests/harness/packages.ts'
import { expect, type Scene, type Somebody, test } from './scene.ts'

const file = (name: string, buffer: Buffer, mimeType = 'application/octet-stream') => ({ name, mimeType, buffer })

/** A draft of somebody, with one empty section. */
async function aDraft({ accountId, store }: Scene, { id: addedBy }: Somebody, title: string) {
  const course = await store
    .insertInto('courses')
    .values({ accountId, title, addedBy })
    .returning('id')
    .executeTakeFirstOrThrow()
  const section = await store
    .insertInto('sections')
    .values({ accountId, courseId: course.id, title: 'Section 1', position: 0 })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { courseId: course.id, sectionId: section.id }
}

const links = ['First', 'Second', 'Third']

async function aDraftOfLinks(scene: Scene, by: Somebody) {
  const { accountId, store } = scene
  const { courseId, sectionId } = await aDraft(scene, by, 'Links')
  const content = JSON.stringify({ url: 'https://example.org' })
  const modules = links.map((title, position) => ({
    accountId,
    courseId,
    sectionId,
    position,
    title,
    kind: 'link' as const,
    content,
  }))
  await store.insertInto('modules').values(modules).execute()
  return courseId
}

/** The screen of a course, as its author uses it. */
class Authoring {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  async begin(kind: string, section = 'Section 1'): Promise<void> {
    await this.page.getByRole('button', { name: `Add module to ${section}` }).click()
    await this.page.getByRole('menuitem', { name: kind }).click()
    await expect(this.page.getByRole('form', { name: `New: ${kind}` })).toBeVisible()
  }

  title = () => this.page.getByRole('textbox', { name: 'Title', exact: true })
  chooser = () => this.page.locator('form input[type=file]')

  async save(title: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(this.page.getByText(`${title} saved`)).toBeVisible()
    await expect(this.row(title)).toBeVisible()
  }

  async addFile(kind: string, title: string, sent: ReturnType<typeof file>): Promise<void> {
    await this.begin(kind)
    await this.title().fill(title)
    await this.chooser().setInputFiles(sent)
    await expect(this.page.getByText(sent.name, { exact: false }).last()).toBeVisible()
    await expect(this.page.getByRole('button', { name: 'Replace' })).toBeVisible()
    await this.save(title)
  }

  outline = () => this.page.getByRole('navigation', { name: 'Outline' })
  row = (title: string) => this.outline().locator('button[aria-keyshortcuts]').filter({ hasText: title })

  /** The titles of the modules of a section, in their order. */
  titles = (section: string): Promise<string[]> =>
    this.outline()
      .getByRole('list', { name: section })
      .locator('button[aria-keyshortcuts] > span > span:first-child')
      .allInnerTexts()

  async order(section: string, titles: string[]): Promise<void> {
    await expect(async () => expect(await this.titles(section)).toEqual(titles)).toPass()
  }
}

test('an author makes a course with every kind of module, previews and publishes it', async ({ scene, page }) => {
  test.setTimeout(180_000)
  const violations: string[] = []
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text())
  })
  await scene.enter(page.context(), await scene.add({ firstName: 'Arno', role: 'author' }))
  const author = new Authoring(page)

  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Courses', level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'New course' }).first().click()
  await page.getByRole('dialog').getByLabel('Title').fill('Safety at work')
  await page.getByRole('button', { name: 'Begin' }).click()
  await expect(page.getByRole('heading', { name: 'Safety at work', level: 1 })).toBeVisible()

  await author.begin('Page')
  await author.title().fill('Welcome')
  await page.getByLabel('Text of the page').fill('Leave the lift alone.')
  await page.getByRole('button', { name: 'Add a picture' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[type=file]').setInputFiles(file('exit.png', picture))
  await dialog.getByLabel('What the picture shows').fill('The way out')
  await dialog.getByRole('button', { name: 'Insert' }).click()
  await expect(page.getByRole('img', { name: 'The way out' })).toBeVisible()
  await author.save('Welcome')

  await author.addFile('Video', 'How it burns', file('fire.webm', video))
  await author.addFile('Audio', 'The alarm', file('alarm.wav', sound()))
  await author.addFile('Document', 'The plan', file('plan.pdf', pdf(2)))
  await expect(page.getByText('Page 1 of 2')).toBeVisible()

  await author.begin('Link')
  await author.title().fill('The law')
  await page.getByRole('textbox', { name: 'Address' }).fill('https://example.org/law')
  await author.save('The law')

  await author.begin('SCORM package')
  await author.chooser().setInputFiles(file('drill.zip', await aPackage({ activities: ['Alarm', 'Assembly'] })))
  await expect(page.getByText('SCORM 2004 · 2 activities')).toBeVisible()
  await author.save('A package')

  await author.begin('Quiz')
  await author.title().fill('What stuck?')
  await page.getByRole('button', { name: 'Add question' }).click()
  await page.getByRole('menuitem', { name: 'One right answer' }).click()
  await page.getByLabel('Text of question 1').fill('Where is the exit?')
  const question = page.getByRole('group', { name: 'Question 1' })
  await question.getByRole('textbox', { name: 'Answer 1' }).fill('Left')
  await question.getByRole('textbox', { name: 'Answer 2' }).fill('Right')
  await question.getByRole('radio', { name: 'Answer 2 is right' }).check()
  await author.save('What stuck?')
  await expect(page.getByText('The course is complete when all 7 modules are done.')).toBeVisible()

  await author.row('Welcome').click()
  await expect(page.getByRole('form', { name: 'Page' })).toBeVisible()
  await page.getByRole('link', { name: 'Preview as a learner' }).click()
  await expect(page).toHaveURL(/\/learn\/.*preview=true/)
  await expect(page.getByText('Leave the lift alone.')).toBeVisible()
  await expect(page.getByRole('img', { name: 'The way out' })).toBeVisible()
  await page.goBack()
  await page.getByRole('button', { name: 'Publish' }).click()
  await expect(page.getByRole('dialog')).toContainText('It is assigned to no group and no department yet.')
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
  await expect(page.getByText('Published', { exact: true })).toBeVisible()

  const stored = await scene.store.selectFrom('modules').select(['kind', 'title']).orderBy('position').execute()
  expect(stored.map(({ kind }) => kind)).toEqual(['page', 'video', 'audio', 'document', 'link', 'scorm', 'quiz'])
  expect(await scene.store.selectFrom('courses').select('state').execute()).toEqual([{ state: 'published' }])
  expect(violations).toEqual([])
})

test('what is wrong is said at its place, and nothing of it is stored', async ({ scene, page }) => {
  const arno = await scene.add({ firstName: 'Arno', role: 'author' })
  await scene.enter(page.context(), arno)
  const { courseId } = await aDraft(scene, arno, 'Errors')
  const author = new Authoring(page)
  await page.goto(`/courses/${courseId}`)

  await author.begin('Video')
  await author.title().fill('No video')
  await author.chooser().setInputFiles(file('film.mp4', Buffer.from('This is a text.'), 'video/mp4'))
  await expect(page.getByRole('alert').filter({ hasText: 'a video (MP4 or WebM) is needed' })).toBeVisible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('form').getByRole('alert')).toBeVisible()

  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Leave without saving' }).click()
  await author.begin('SCORM package')
  for (const [name, buffer, message] of [
    ['broken.zip', (await aPackage()).subarray(0, 400), 'The package is no readable ZIP file'],
    ['bare.zip', await aPackage({ manifest: null }), 'The package has no imsmanifest.xml at its top'],
  ] as const) {
    await author.chooser().setInputFiles(file(name, buffer))
    await expect(page.getByRole('form').getByRole('alert').filter({ hasText: message })).toBeVisible()
  }

  await author.begin('Quiz')
  await author.title().fill('No right answer')
  await page.getByRole('button', { name: 'Add question' }).click()
  await page.getByRole('menuitem', { name: 'Several right answers' }).click()
  await page.getByLabel('Text of question 1').fill('Which?')
  const question = page.getByRole('group', { name: 'Question 1' })
  await question.getByRole('textbox', { name: 'Answer 1' }).fill('This')
  await question.getByRole('textbox', { name: 'Answer 2' }).fill('That')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(question.getByRole('alert')).toHaveText('Mark the right answer.')
  await expect(question.getByRole('alert')).toBeFocused()

  expect(await scene.store.selectFrom('modules').select('id').execute()).toEqual([])
  expect(await scene.store.selectFrom('files').select('id').execute()).toEqual([])
})

test('the outline is arranged by keyboard, by the menu and by dragging', async ({
  scene,
  asOwner: { page, owner },
}) => {
  const courseId = await aDraftOfLinks(scene, owner)
  const author = new Authoring(page)
  await page.goto(`/courses/${courseId}`)
  await author.order('Section 1', links)

  await page.getByRole('button', { name: 'Add section' }).click()
  await page.getByLabel('Title of the section').fill('The end')
  await page.getByRole('dialog').getByRole('button', { name: 'Add section' }).click()
  await expect(page.getByRole('heading', { name: 'The end' })).toBeVisible()

  await author.row('Third').focus()
  await page.keyboard.press('Alt+ArrowDown')
  await author.order('The end', ['Third'])
  await expect(author.row('Third')).toBeFocused()
  await author.row('First').focus()
  await page.keyboard.press('Alt+ArrowDown')
  await author.order('Section 1', ['Second', 'First'])

  await page.getByRole('button', { name: 'More for Second' }).click()
  await page.getByRole('menuitem', { name: 'Move to The end' }).click()
  await author.order('The end', ['Third', 'Second'])

  const handle = (title: string) => page.getByRole('button', { name: `Move ${title}` })
  const [from, to] = [(await handle('First').boundingBox())!, (await handle('Third').boundingBox())!]
  await page.mouse.move(from.x + 5, from.y + 10)
  await page.mouse.down()
  await page.mouse.move(from.x + 5, from.y + 30, { steps: 5 })
  await page.mouse.move(to.x + 5, to.y + 2, { steps: 20 })
  await expect(async () => expect(await author.titles('The end')).toContain('First')).toPass()
  await page.mouse.up()
  await author.order('Section 1', [])
  await expect(async () => {
    const rows = await scene.store
      .selectFrom('modules as m')
      .innerJoin('sections as s', 's.id', 'm.sectionId')
      .select(['m.title', 's.title as section'])
      .orderBy('s.position')
      .orderBy('m.position')
      .execute()
    const shown = await author.titles('The end')
    expect(shown).toHaveLength(3)
    expect(rows).toEqual(shown.map((title) => ({ title, section: 'The end' })))
  }).toPass()
})

test('an upload goes on after the connection was lost, and can be paused', async ({
  scene,
  asOwner: { page, owner },
}) => {
  test.setTimeout(180_000)
  const { courseId } = await aDraft(scene, owner, 'Large')
  const author = new Authoring(page)
  await page.goto(`/courses/${courseId}`)
  await author.begin('Video')

  // The second piece is lost on its way, the fourth waits until the upload is paused.
  const offsets: string[] = []
  const paused = Promise.withResolvers<void>()
  await page.route('**/api/v1/uploads/*', async (route) => {
    const request = route.request()
    if (request.method() !== 'PATCH') return route.continue()
    offsets.push((await request.headerValue('upload-offset')) ?? '')
    if (offsets.length === 2) return route.abort('connectionreset')
    if (offsets.length === 4) await paused.promise
    // What is paused is no longer waited for.
    return route.continue().catch(() => {})
  })
  const large = Buffer.concat([video, Buffer.alloc(9 * 1024 ** 2)])
  await author.chooser().setInputFiles(file('large.webm', large))
  await expect(async () => expect(offsets).toHaveLength(4)).toPass()
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText(/^Paused at 4 MB of 9 MB/)).toBeVisible()
  paused.resolve()
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(page.getByRole('button', { name: 'Replace' })).toBeVisible({ timeout: 60_000 })
  expect(new Set(offsets).size).toBeGreaterThan(3)
  expect(offsets.filter((offset) => offset === '0')).toHaveLength(1)
  await author.save('large')
  expect(await scene.store.selectFrom('files').select('bytes').execute()).toEqual([{ bytes: large.length }])
})

test('an upload goes on where it was when the page was loaded again and the same file is chosen', async ({
  scene,
  asOwner: { page, owner },
}, testInfo) => {
  test.setTimeout(180_000)
  const { courseId } = await aDraft(scene, owner, 'Large')
  const author = new Authoring(page)
  const path = testInfo.outputPath('large.webm')
  writeFileSync(path, Buffer.concat([video, Buffer.alloc(7 * 1024 ** 2)]))
  page.on('dialog', (leave) => void leave.accept())
  const offsets: string[] = []
  let isHeld = true
  await page.route('**/api/v1/uploads/*', async (route) => {
    const request = route.request()
    if (request.method() === 'PATCH') offsets.push((await request.headerValue('upload-offset')) ?? '')
    // The third piece never arrives.
    if (offsets.length < 3 || !isHeld) await route.continue()
  })

  await page.goto(`/courses/${courseId}`)
  await author.begin('Video')
  await author.chooser().setInputFiles(path)
  await expect(async () => expect(offsets).toHaveLength(3)).toPass()
  await page.reload()
  isHeld = false
  await expect(page.getByRole('form', { name: 'New: Video' })).toBeVisible()
  await author.chooser().setInputFiles(path)
  await expect(page.getByRole('button', { name: 'Replace' })).toBeVisible()
  expect(offsets[3]).toBe(String(4 * 1024 ** 2))
  expect(offsets.filter((offset) => offset === '0')).toHaveLength(1)
})

test('somebody else saved the module meanwhile: it is said, and nothing typed is lost', async ({
  scene,
  asOwner: { page, owner },
}) => {
  const courseId = await aDraftOfLinks(scene, owner)
  const author = new Authoring(page)
  await page.goto(`/courses/${courseId}`)
  await author.row('First').click()
  await author.title().fill('Mine')

  await author.row('Second').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click()

  await scene.store
    .updateTable('modules')
    .set(({ eb }) => ({ title: 'Theirs', version: eb('version', '+', 1) }))
    .where('title', '=', 'First')
    .execute()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Somebody else changed this meanwhile')).toBeVisible()
  await page.getByRole('button', { name: 'Keep mine' }).click()
  await expect(author.title()).toHaveValue('Mine')
  await author.save('Mine')
  expect(await author.titles('Section 1')).toEqual(['Mine', 'Second', 'Third'])
})

test('settings: cover, certificate and archive', async ({ scene, asOwner: { page, owner } }) => {
  const courseId = await aDraftOfLinks(scene, owner)
  await page.goto(`/courses/${courseId}?tab=settings`)
  await page.getByLabel('Description').fill('What to know.')
  await page.getByRole('button', { name: 'Choose a picture' }).click()
  await page.locator('form input[type=file]').setInputFiles(file('cover.png', picture))
  await expect(page.getByRole('button', { name: 'Remove', exact: true })).toBeVisible()
  await page.getByRole('switch', { name: 'Give a certificate at completion' }).click({ force: true })
  await page.getByRole('switch', { name: 'The certificate ends after some time' }).click({ force: true })
  await page.getByLabel('Valid for months').fill('24')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Settings saved')).toBeVisible()
  const [stored] = await scene.store.selectFrom('courses').selectAll().execute()
  expect(stored).toMatchObject({ description: 'What to know.', givesCertificate: true, certificateMonths: 24 })
  expect(stored!.coverFileId).not.toBeNull()

  await page.getByRole('button', { name: 'Archive' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click()
  await expect(page.getByText('Archived', { exact: true })).toBeVisible()
  await page.goto('/courses')
  await expect(page.getByText('No courses yet')).toBeVisible()
  await page.getByText('Archived').click()
  await expect(page.getByRole('link', { name: 'Links' })).toBeVisible()
})

test('department administrators see courses and make none; authors see courses and no people', async ({
  scene,
  asOwner: { owner },
  browser,
}) => {
  const courseId = await aDraftOfLinks(scene, owner)
  const as = async (somebody: Somebody) => {
    const context = await browser.newContext({ baseURL: scene.origin })
    await scene.enter(context, somebody)
    return context.newPage()
  }
  const head = await as(await scene.add({ firstName: 'Hedda', role: 'department_administrator' }))
  await head.goto('/courses')
  await head.getByRole('link', { name: 'Links' }).click()
  await expect(head.getByRole('heading', { name: 'Links', level: 1 })).toBeVisible()
  await expect(head.getByRole('button', { name: 'Publish' })).toBeHidden()
  await expect(head.getByRole('tab', { name: 'Content' })).toBeHidden()
  await expect(head.getByRole('searchbox')).toBeVisible()

  const author = await as(await scene.add({ firstName: 'Arno', role: 'author' }))
  await author.goto(`/courses/${courseId}`)
  await expect(author.getByRole('button', { name: 'Publish' })).toBeVisible()
  await expect(author.getByRole('navigation', { name: 'Main' }).getByRole('link')).toHaveText(['Courses'])
  await author.goto(`/courses/${courseId}?kind=page&module=${courseId}`)
  await expect(author.getByText('Choose a module', { exact: true })).toBeVisible()
  await author.goto(`/courses/${owner.id}`)
  await expect(author.getByText('This course is not here')).toBeVisible()
})
