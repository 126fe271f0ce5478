import { sql } from 'kysely'
import { aCourse } from './courses-scene.ts'
import { expect, rowOf, test } from './scene.ts'

const link = { title: 'Rules', content: { kind: 'link', url: 'https://example.org/rules' } } as const

test('J6 C7.76 a course is assigned from People to several, and who is inactive is skipped and named', async ({
  scene,
  asOwner: { page },
}) => {
  const [first, second] = await scene.addMany(2)
  const gone = await scene.add({ firstName: 'Gone', status: 'inactive' })
  await aCourse(scene, { modules: [link] })
  await page.goto('/people?role=learner')
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Assign courses' }).click()
  const dialog = page.getByRole('dialog', { name: 'Assign courses to 3 people' })
  await dialog.getByRole('combobox', { name: 'Courses' }).click()
  await page.getByRole('option', { name: 'Fire safety' }).click()
  await dialog.getByRole('radio', { name: 'After days' }).check()
  await expect(dialog.getByText('2 people get a course')).toBeVisible()
  await expect(dialog.getByText('1 skipped: inactive people get no courses (Gone Example)')).toBeVisible()
  await dialog.getByRole('button', { name: 'Assign courses' }).click()
  await expect(page.getByText('2 people got a course')).toBeVisible()
  await expect(dialog).toBeHidden()

  await page.goto(`/people/${first!.id}?tab=courses`)
  const row = page.getByRole('row').filter({ hasText: 'Fire safety' })
  await expect(row.getByText('Not started')).toBeVisible()
  await row.getByRole('button', { name: 'More for Fire safety' }).click()
  await page.getByRole('menuitem', { name: 'Details' }).click()
  await expect(page.getByRole('dialog').getByText('Rules')).toBeVisible()
  await page.keyboard.press('Escape')
  await row.getByRole('button', { name: 'More for Fire safety' }).click()
  await page.getByRole('menuitem', { name: 'Unassign…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Unassign' }).click()
  await expect(page.getByText('No courses yet')).toBeVisible()
  await page.getByRole('switch', { name: 'With those that are over' }).check()
  await expect(row.getByText('Unassigned')).toBeVisible()

  await page.goto('/people')
  await rowOf(page, gone)
    .getByRole('button', { name: `More for ${gone.name}` })
    .click()
  await expect(page.getByRole('menuitem', { name: 'Assign courses…' })).toBeDisabled()
  await page.goto(`/people/${second!.id}?tab=courses`)
  await expect(row).toBeVisible()
})

test('J6 a new course is assigned to people from its own page', async ({ scene, asOwner: { page } }) => {
  const [lea] = await scene.addMany(1)
  const courseId = await aCourse(scene, { modules: [link] })
  await page.goto(`/courses/${courseId}?tab=people`)
  await page.getByRole('button', { name: 'Assign to people' }).click()
  const dialog = page.getByRole('dialog', { name: 'Assign this course to people' })
  await dialog.getByRole('combobox', { name: 'Who gets it' }).click()
  await page.getByRole('option', { name: /Learner01/ }).click()
  await page.keyboard.press('Tab')
  await expect(dialog.getByText('1 person gets a course')).toBeVisible()
  await dialog.getByRole('button', { name: 'Assign', exact: true }).click()
  await expect(page.getByText('1 person got a course')).toBeVisible()
  await expect(rowOf(page, lea!)).toBeVisible()
})

test('J6 a group gets a course, and who joins later gets it then', async ({ scene, asOwner: { page } }) => {
  const { accountId, store } = scene
  const [now, later] = await scene.addMany(2)
  const gone = await scene.add({ firstName: 'Gone', status: 'inactive' })
  const courseId = await aCourse(scene, { modules: [link] })
  const { id: groupId } = await store
    .insertInto('groups')
    .values({ accountId, name: 'First aiders' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store
    .insertInto('groupMembers')
    .values([now!, gone].map(({ id: userId }) => ({ accountId, groupId, userId })))
    .execute()

  await page.goto(`/groups/${groupId}?tab=courses`)
  await page.getByRole('button', { name: 'Assign a course' }).click()
  const dialog = page.getByRole('dialog', { name: 'Assign a course to First aiders' })
  await dialog.getByRole('combobox', { name: 'Course' }).click()
  await page.getByRole('option', { name: 'Fire safety' }).click()
  await page.keyboard.press('Tab')
  await dialog.getByRole('button', { name: 'Assign', exact: true }).click()
  await expect(page.getByText('Fire safety is assigned to First aiders')).toBeVisible()
  await expect(
    page.getByText('1 person got it. 1 skipped: inactive people get no courses (Gone Example)'),
  ).toBeVisible()
  await expect(page.getByRole('table', { name: 'Courses' }).getByText('Fire safety')).toBeVisible()

  await page.getByRole('button', { name: 'Add people' }).click()
  await page.getByRole('combobox', { name: 'People' }).fill('Learner02')
  await page.getByRole('option', { name: /Learner02/ }).click()
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Add 1 person' }).click()
  await expect(page.getByText('1 person added to First aiders')).toBeVisible()

  await page.goto(`/courses/${courseId}?tab=people`)
  await expect(rowOf(page, now!)).toBeVisible()
  await expect(rowOf(page, later!).getByText('First aiders')).toBeVisible()
  await expect(rowOf(page, gone)).toHaveCount(0)

  await page.goto(`/groups/${groupId}?tab=courses`)
  await page.getByRole('button', { name: 'Unassign Fire safety' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Unassign' }).click()
  await expect(page.getByText('No course is assigned to First aiders.')).toBeVisible()

  // Its members are found by name; it is renamed and deleted where it stands.
  await page.getByRole('tab', { name: 'Members' }).click()
  await expect(rowOf(page, later!)).toBeVisible()
  await page.goto(`/groups/${groupId}?search=nobody`)
  await expect(page.getByText('Nobody matches')).toBeVisible()
  await page.getByLabel('Search members').fill('')
  await expect(rowOf(page, now!)).toBeVisible()
  await expect(page.getByLabel('Search members')).toBeFocused()
  await page.getByLabel('Search members').fill(later!.name)
  await expect(rowOf(page, now!)).toHaveCount(0)
  await expect(rowOf(page, later!)).toBeVisible()
  await page.getByRole('button', { name: 'More for First aiders' }).click()
  await page.getByRole('menuitem', { name: 'Rename or describe' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('First responders')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: 'First responders', level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'More for First responders' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('First responders deleted')).toBeVisible()
  await expect(page).toHaveURL(/\/groups$/)
})

test('C7.76 C7.79 who comes back has the missed course, and the due dates are moved by the time away', async ({
  scene,
  asOwner: { page },
}) => {
  const { accountId, store } = scene
  const gone = await scene.add({ firstName: 'Gone', status: 'inactive' })
  const had = await aCourse(scene, { title: 'Had before', modules: [link] })
  const missed = await aCourse(scene, { title: 'Missed', modules: [link] })
  const { id: groupId } = await store
    .insertInto('groups')
    .values({ accountId, name: 'First aiders' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store.insertInto('groupMembers').values({ accountId, groupId, userId: gone.id }).execute()
  await sql`
    insert into lifecycle_events (account_id, user_id, change, cause, from_status, to_status, happened_at)
    values (${accountId}, ${gone.id}, 'deactivated', 'administrator', 'active', 'inactive', now() - interval '20 days')
  `.execute(store)
  await sql`
    insert into enrollments (account_id, user_id, course_id, enrolled_at, due_date)
    select id, ${gone.id}, ${had}, now() - interval '25 days', today_in(time_zone) - 15 from accounts where id = ${accountId}
  `.execute(store)
  await sql`
    insert into course_assignments (account_id, course_id, group_id, assigned_on)
    values (${accountId}, ${missed}, ${groupId}, current_date)
  `.execute(store)

  await page.goto(`/people/${gone.id}?tab=courses`)
  const row = (title: string) => page.getByRole('row').filter({ hasText: title })
  await expect(row('Had before').getByText('On hold')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Assign courses' })).toBeDisabled()

  await page.goto('/people?status=inactive')
  await rowOf(page, gone).getByRole('checkbox').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Activate', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(
    dialog.getByText('1 course assigned to their groups or departments meanwhile is theirs then.'),
  ).toBeVisible()
  await dialog.getByRole('radio', { name: 'Move them by the time they were away' }).check()
  await dialog.getByRole('button', { name: 'Activate', exact: true }).click()
  await expect(page.getByText('1 person activated')).toBeVisible()

  await page.goto(`/people/${gone.id}?tab=courses`)
  await expect(row('Missed').getByText('Not started')).toBeVisible()
  await expect(row('Had before').getByText('Not started')).toBeVisible()
  const { rows } = await sql<{ days: number }>`
    select e.due_date - today_in(a.time_zone) as days from enrollments as e join accounts as a on a.id = e.account_id
    where e.user_id = ${gone.id} and e.course_id = ${had}`.execute(store)
  expect(rows[0]!.days).toBe(5)
})
