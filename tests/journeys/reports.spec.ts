import { readFile } from 'node:fs/promises'
import ExcelJS from 'exceljs'
import { aCourse, enrolled } from './courses-scene.ts'
import { expect, inDays, type Scene, shown, test } from './scene.ts'

/** A course of three people: one has completed it, one has not begun, and one is inactive. */
async function someLearning(scene: Scene) {
  const document = { type: 'doc' as const, content: [] }
  const courseId = await aCourse(scene, { modules: [{ title: 'Read this', content: { kind: 'page', document } }] })
  const lea = await scene.add({ firstName: 'Lea' })
  const max = await scene.add({ firstName: 'Max' })
  const gone = await scene.add({ firstName: 'Gone', status: 'inactive' })
  for (const person of [lea, max, gone]) await enrolled(scene, person, courseId)
  await scene.store
    .updateTable('enrollments')
    .set({ progress: 100, startedAt: new Date().toISOString(), completedAt: new Date().toISOString() })
    .where('userId', '=', lea.id)
    .execute()
  return { lea, max, gone }
}

test('C7.81 rates leave the inactive out and say so; the address holds what was asked', async ({
  scene,
  asOwner: { page },
}) => {
  const { gone } = await someLearning(scene)
  await page.goto('/reports')
  const row = page.getByRole('table', { name: 'Courses' }).getByRole('row', { name: /Fire safety/ })
  // Enrolled, completed, in progress, not started, overdue, on hold, rate.
  await expect(row.getByRole('cell')).toHaveText(['Fire safety', '2', '1', '0', '1', '0', '1', '50 %', ''])
  await expect(page.getByText('Inactive people are left out, and counted under On hold.')).toBeVisible()

  await page.getByText('All', { exact: true }).click()
  await expect(page).toHaveURL(/status=all/)
  await expect(row.getByRole('cell')).toContainText(['Fire safety', '3', '1', '0', '2'])
  await page.reload()
  await expect(row.getByRole('cell')).toContainText(['Fire safety', '3'])
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(row.getByRole('cell')).toContainText(['Fire safety', '2'])

  const asOf = page.getByRole('textbox', { name: 'As of a date' })
  await asOf.fill(shown(inDays(-1)))
  await asOf.press('Enter')
  await expect(page).toHaveURL(new RegExp(`asOf=${inDays(-1)}`))
  await expect(page.getByText(`As of the end of ${shown(inDays(-1))}.`)).toBeVisible()
  await expect(row.getByRole('cell')).toContainText(['Fire safety', '0'])

  // H2: the inactive stay in the list of people.
  await page.getByRole('tab', { name: 'People' }).click()
  const person = page.getByRole('table', { name: 'People' }).getByRole('row', { name: new RegExp(gone.name) })
  await expect(person).toContainText('Inactive')
  await expect(page.getByRole('columnheader', { name: 'Last activity' })).toBeInViewport({ ratio: 1 })
})

/** Those of whom a workbook tells, under its title and its columns. */
async function namesIn(bytes: Buffer): Promise<unknown[]> {
  const book = new ExcelJS.Workbook()
  await book.xlsx.load(bytes as unknown as ExcelJS.Buffer)
  return (book.worksheets[0]!.getColumn(1).values as unknown[]).slice(3)
}

test('a report is taken along as a file, and printed without what is for the screen alone', async ({
  scene,
  asOwner: { page },
}) => {
  await someLearning(scene)
  await page.goto('/reports')
  await expect(page.getByRole('row', { name: /Fire safety/ })).toBeVisible()
  for (const format of ['CSV', 'XLSX']) {
    await page.getByRole('button', { name: 'Export' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: `Every course of every person as ${format}` }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe(`enrollments-${inDays(0)}.${format.toLowerCase()}`)
    const bytes = await readFile(await file.path())
    if (format === 'CSV') expect(bytes.toString()).toContain('"Gone Example","gone.example@example.org","inactive"')
    else expect(await namesIn(bytes)).toEqual(['Lea Example', 'Max Example', 'Gone Example'])
  }

  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('table', { name: 'Courses' })).toBeVisible()
  await expect(page.getByText('Inactive people are left out')).toBeVisible()
  for (const hidden of [
    page.getByRole('navigation', { name: 'Main' }),
    page.getByRole('button', { name: 'Export' }),
    page.getByRole('tab', { name: 'Courses' }),
  ])
    await expect(hidden).toBeHidden()
})

test('an account in which nobody has learnt anything says so, and what to do', async ({ asOwner: { page } }) => {
  await page.goto('/reports')
  await expect(page.getByText('Nothing to report yet')).toBeVisible()
  await expect(page.getByText('Nothing matches what was asked.')).toBeVisible()
  await expect(page.getByRole('table')).toHaveCount(0)
})
