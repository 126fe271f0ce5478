import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { importsIn } from './imports-scene.ts'
import { expect, type Scene, type Somebody, test } from './scene.ts'

/** Every screen of an administrator, with something on it. */
async function screensOf(scene: Scene, owner: Somebody): Promise<string[]> {
  const { accountId, store } = scene
  const people = await scene.addMany(3)
  // One sign alone axe takes for a picture: counts have two.
  await scene.addCrowd(10)
  await scene.add({ firstName: 'Gone', status: 'inactive' })
  const { id: groupId } = await store
    .insertInto('groups')
    .values({ accountId, name: 'First aiders', isProvisioned: true })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store.insertInto('groupMembers').values({ accountId, groupId, userId: people[0]!.id }).execute()
  const top = await store
    .insertInto('departments')
    .values({ accountId, name: 'Company' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store.insertInto('departments').values({ accountId, name: 'Sales', parentId: top.id }).execute()
  await store
    .insertInto('webhooks')
    .values([
      { accountId, url: 'https://hr.example.org/rollcall', secret: 'whsec_a', events: ['added', 'deactivated'] },
      {
        accountId,
        url: 'https://off.example.org/',
        secret: 'whsec_b',
        events: ['added'],
        failingSince: '2026-01-01',
        isOn: false,
      },
    ])
    .execute()
  await store
    .insertInto('apiTokens')
    .values(
      (['account', 'personal'] as const).map((kind) => ({
        accountId,
        userId: owner.id,
        kind,
        name: `Of ${kind}`,
        lastSigns: 'a1b2',
        tokenHash: Buffer.from(kind),
        scopes: ['people_read' as const],
      })),
    )
    .execute()
  await store
    .insertInto('scimToLink')
    .values({ accountId, userId: people[2]!.id, userName: 'lea@example.org', externalId: '00u1' })
    .execute()
  const called = { accountId, tokenId: owner.id, method: 'PATCH', path: `/Users/${people[0]!.id}` }
  await store
    .insertInto('scimCalls')
    .values([
      { ...called, status: 403, whom: people[0]!.email, detail: 'User limit reached (5).' },
      { ...called, status: 200 },
    ])
    .execute()
  const paused = await store
    .insertInto('operations')
    .values({
      accountId,
      kind: 'deactivate',
      state: 'paused',
      pausedBecause: 'account_inactive',
      selected: 9_000,
      changed: 5_000,
      refused: 0,
      remaining: 4_000,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const operation = await store
    .insertInto('operations')
    .values({ accountId, kind: 'deactivate', byUserId: owner.id, selected: 1, changed: 1, refused: 0 })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store
    .insertInto('lifecycleEvents')
    .values({
      accountId,
      userId: people[0]!.id,
      change: 'deactivated',
      cause: 'administrator',
      byUserId: owner.id,
      fromStatus: 'active',
      toStatus: 'inactive',
      operationId: operation.id,
    })
    .execute()
  await store
    .updateTable('users')
    .set({ deactivationDate: '2031-01-01', deactivateAt: '2031-01-01T22:59:00Z' })
    .where('id', '=', people[1]!.id)
    .execute()
  const course = await store
    .insertInto('courses')
    .values({ accountId, title: 'Safety', addedBy: owner.id })
    .returning('id')
    .executeTakeFirstOrThrow()
  const section = await store
    .insertInto('sections')
    .values({ accountId, courseId: course.id, title: 'Begin here', position: 0 })
    .returning('id')
    .executeTakeFirstOrThrow()
  const text = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Leave the lift.' }] }] }
  const question = {
    id: owner.id,
    kind: 'single',
    text: 'Which way?',
    choices: ['Left', 'Right'].map((way) => ({ id: crypto.randomUUID(), text: way, isRight: way === 'Left' })),
    accepted: [],
  }
  const inSection = { accountId, courseId: course.id, sectionId: section.id }
  const modules = await store
    .insertInto('modules')
    .values([
      { ...inSection, position: 0, title: 'Welcome', kind: 'page', content: JSON.stringify({ document: text }) },
      {
        ...inSection,
        position: 1,
        title: 'What stuck?',
        kind: 'quiz',
        content: JSON.stringify({ quiz: { questions: [question], passMark: 80, mostAttempts: 2 } }),
      },
    ])
    .returning('id')
    .execute()
  await store
    .insertInto('courseAssignments')
    .values({ accountId, courseId: course.id, groupId, dueDays: 14, assignedOn: '2026-01-01' })
    .execute()
  await store
    .insertInto('enrollments')
    .values({ accountId, courseId: course.id, userId: people[0]!.id, progress: 40, dueDate: '2026-01-01' })
    .execute()
  return [
    '/people',
    '/people/add',
    ...(await importsIn(scene, owner)),
    `/people/${people[1]!.id}`,
    `/people/${people[0]!.id}?tab=groups`,
    `/people/${people[0]!.id}?tab=courses`,
    `/people/${people[0]!.id}?tab=history`,
    '/groups',
    `/groups/${groupId}`,
    '/departments',
    '/courses',
    `/courses/${course.id}`,
    ...modules.map(({ id }) => `/courses/${course.id}?module=${id}`),
    `/courses/${course.id}?kind=video&section=${section.id}`,
    `/courses/${course.id}?tab=people`,
    `/courses/${course.id}?tab=settings`,
    '/seats',
    '/seats?tab=waiting',
    '/activity',
    '/activity?tab=history',
    `/activity/${operation.id}`,
    `/activity/${paused.id}`,
    '/settings',
    '/settings?tab=plan',
    '/settings?tab=fields',
    '/settings?tab=mail',
    '/settings?tab=mail-log',
    '/settings?tab=tokens',
    '/settings?tab=connections',
    '/settings?tab=webhooks',
    '/settings?tab=provisioning',
    '/settings?tab=single-sign-on',
    '/me',
    '/home',
    ...modules.map(({ id }) => `/learn/${course.id}?preview=true&module=${id}`),
    '/certificates',
    '/history',
    ...['courses', 'departments', 'people', 'completions', 'sign-ins', 'lifecycle', 'seats'].map(
      (tab) => `/reports?tab=${tab}`,
    ),
    '/forgotten',
    '/no-access?why=account_inactive',
    '/invitation?token=used',
    '/unsubscribe?token=any',
    '/verify',
    '/api/docs',
  ]
}

async function settled(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('.mantine-Skeleton-root[data-visible]')).toHaveCount(0)
}

/** Whether a page says that it, or a part of it, could not be shown. */
const brokenOn = (page: Page) => page.getByRole('alert').filter({ hasText: 'This could not be loaded' }).count()

/** Everything that the page complains of in the console, from now on. A link that was used is 410, and meant to be. */
function complaintsOf(page: Page): string[] {
  const told: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 410')) told.push(message.text())
  })
  page.on('pageerror', (error) => told.push(error.message))
  return told
}

async function seriousOn(page: Page, rules?: string[]): Promise<string[]> {
  // In one piece: no screen has a frame of another origin, and to put pieces together takes a page of its own.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  if (rules) axe.withRules(rules)
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

/** What moves comes to its end: a colour on its way to another is neither. */
const atRest = (page: Page) =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })

/** In the dark the page is the same but for its colours. */
async function seriousInBoth(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' })
  await atRest(page)
  const inLight = await seriousOn(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await atRest(page)
  const inDark = await seriousOn(page, ['color-contrast'])
  return [...inLight, ...inDark.map((told) => `in the dark: ${told}`)]
}

const parts = 2
for (let part = 0; part < parts; part++) {
  test(`no screen scrolls sideways on a phone, and axe finds nothing serious, light or dark: part ${part + 1} of ${parts}`, async ({
    scene,
    asOwner: { page, owner },
  }) => {
    test.setTimeout(360_000)
    const found: Record<string, string[]> = {}
    const complaints = complaintsOf(page)
    const all = await screensOf(scene, owner)
    for (const address of all.filter((_, place) => place % parts === part)) {
      await page.setViewportSize({ width: 320, height: 800 })
      await settled(page, address)
      for (const width of [320, 390]) {
        await page.setViewportSize({ width, height: 800 })
        await atRest(page)
        if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth))
          (found[address] ??= []).push(`wider than ${width} px`)
      }
      await page.setViewportSize({ width: 1280, height: 720 })
      await expect(page.locator('.mantine-Skeleton-root[data-visible]')).toHaveCount(0)
      const serious = await seriousInBoth(page)
      if ((await brokenOn(page)) > 0) serious.push('shows that it could not be loaded')
      serious.push(...complaints.splice(0))
      if (serious.length > 0) (found[address] ??= []).push(...serious)
    }
    expect(found).toEqual({})
  })
}

test('axe finds nothing serious in the dialog of a change', async ({ scene, asOwner: { page } }) => {
  await scene.addMany(3)
  await page.goto('/people?role=learner')
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Deactivate' }).click()
  await expect(page.getByText('3 people will change')).toBeVisible()
  expect(await seriousInBoth(page)).toEqual([])
})

test('what the document fetches ahead is what the page then asks for: nothing is asked twice', async ({
  asOwner: { page },
}) => {
  for (const address of ['/people', '/home']) {
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await settled(page, address)
    const links = page.locator('link[rel="preload"][as="fetch"]')
    const ahead = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')!))
    expect(ahead).toContain('/api/v1/me')
    expect(ahead.filter((path) => asked.filter((one) => one === path).length !== 1)).toEqual([])
    page.removeAllListeners('request')
  }
})

test('a page that the role does not open says so, and leads to where the role begins', async ({ scene, browser }) => {
  for (const [role, addresses, start] of [
    ['author', ['/people', '/reports', '/seats', '/settings', '/groups', '/activity'], '/courses'],
    ['department_administrator', ['/settings'], '/people'],
    ['learner', ['/people', '/courses'], '/home'],
  ] as const) {
    const context = await browser.newContext({ baseURL: scene.origin })
    await scene.enter(context, await scene.add({ firstName: role, role }))
    const page = await context.newPage()
    for (const address of addresses) {
      await page.goto(address)
      await expect(page.getByRole('heading', { name: 'Your role does not open this page' })).toBeVisible()
      expect(await brokenOn(page)).toBe(0)
    }
    expect(await seriousOn(page)).toEqual([])
    await page.getByRole('link', { name: 'Go to the start' }).click()
    await expect(page).toHaveURL(new RegExp(`${start}$`))
    await context.close()
  }
})

test('sign-in and the ended page are accessible, too, and no page breaks the content security policy', async ({
  scene,
  page,
}) => {
  const violations: string[] = []
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text())
  })
  await page.goto('/sign-in')
  await expect(page.getByLabel('E-mail')).toBeVisible()
  expect(await seriousOn(page)).toEqual([])
  const lea = await scene.add({ firstName: 'Lea' })
  await scene.enter(page.context(), lea)
  await page.goto('/home')
  await expect(page.getByText('No courses yet')).toBeVisible()
  await scene.store.updateTable('users').set({ status: 'inactive' }).where('id', '=', lea.id).execute()
  await expect(page.getByRole('heading', { name: 'Your access has ended' })).toBeVisible()
  expect(await seriousOn(page)).toEqual([])
  expect(violations).toEqual([])
})
