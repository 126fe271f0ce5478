import type { Page } from '@playwright/test'
import { expect, test } from './scene.ts'

const file = (...rows: string[]) => ({
  name: 'staff.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(['Vorname;Nachname;E-Mail;Status;Badge no', ...rows].join('\r\n'), 'latin1'),
})
const choose = (page: Page) => page.locator('input[type=file]')

test('J3 people come from a file: its columns, what becomes of each row, the seats, and the result', async ({
  asOwner: { page },
  scene,
}) => {
  const [lea, leo] = await scene.addMany(2)
  await scene.setLimit(4)
  scene.carryOnImports()
  await page.goto('/people')
  await page.getByRole('link', { name: 'Import' }).click()
  await expect(page.getByRole('heading', { name: 'Import people' })).toBeVisible()

  await choose(page).setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]),
  })
  await expect(page.getByRole('alert')).toContainText('Here a CSV or XLSX file is needed. This is PNG')

  await choose(page).setInputFiles(
    file(
      'Jörg;Müller;joerg@example.org;;1',
      'Ida;Last;ida@example.org;Active;2',
      'Ken;Late;ken@example.org;;3',
      `;Renamed;${lea!.email};;4`,
      `;;${leo!.email};on leave;5`,
    ),
  )
  await expect(page.getByText('5 rows in staff.csv')).toBeVisible()
  await expect(page.getByText('Read as WINDOWS-1252, columns separated by semicolons.')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'What Vorname holds' })).toHaveValue('First name')
  await expect(page.getByText('One column is ignored: Badge no.')).toBeVisible()
  await page.getByRole('combobox', { name: 'What Badge no holds' }).click()
  await page.getByRole('option', { name: 'Phone' }).click()
  await page.getByRole('link', { name: 'Choose another file' }).click()
  await expect(page.getByRole('dialog')).toContainText('Leave without saving?')
  await page.getByRole('button', { name: 'Stay' }).click()
  await page.getByRole('button', { name: 'Look at the rows' }).click()

  await expect(page.getByText('Seats used: 3 of 4 now, 4 of 4 afterwards.')).toBeVisible()
  await expect(page.getByText('2 new people find no free seat')).toBeVisible()
  await expect(page.getByText('One row has an error and is left out.')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'Jörg Müller' })).toContainText('New, active')
  await expect(page.getByRole('row').filter({ hasText: lea!.email })).toContainText('Changes Last name, Phone')
  await page.getByText('Error · 1').click()
  await expect(page.getByRole('row').filter({ hasText: leo!.email })).toContainText('Status: Give Active or Inactive')
  await expect(page.getByRole('row')).toHaveCount(2)
  expect(await scene.seatsUsed()).toBe(3)

  await page.getByRole('button', { name: 'Import 4 rows' }).click()
  await expect(page.getByText('The import is done.')).toBeVisible({ timeout: 20_000 })
  await page.getByText('All rows · 5').click()
  await expect(page.getByRole('row').filter({ hasText: 'Ken Late' })).toContainText('New, waits for a seat')
  expect(await scene.seatsUsed()).toBe(4)
  await page.getByRole('button', { name: 'Download' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'As CSV' }).click()
  expect((await download).suggestedFilename()).toMatch(/^import-.*\.csv$/)
  await page.getByRole('link', { name: 'Open in Activity' }).click()
  await expect(page.getByRole('heading', { name: 'Imported 4 rows' })).toBeVisible()
  await page.getByRole('link', { name: 'See what became of each row' }).click()
  await page.getByRole('link', { name: 'Jörg Müller' }).click()
  await expect(page.getByLabel('Last name')).toHaveValue('Müller')
})

test('C6.71 a file that tells of everybody: whoever is not in it is seen before they are deactivated', async ({
  asOwner: { page },
  scene,
}) => {
  const [lea, leo, gone] = await scene.addMany(3)
  scene.carryOnImports()
  await page.goto('/people/import')
  await choose(page).setInputFiles(file(`;;${lea!.email};;`, `;;${leo!.email};;`))
  await page.getByRole('switch', { name: 'Deactivate whoever is not in the file' }).click()
  await page.getByRole('button', { name: 'Look at the rows' }).click()
  await expect(page.getByText('One person is not in the file and is deactivated.')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: gone!.name })).toContainText('Not in the file')
  expect((await scene.row(gone!)).status).toBe('active')
  await page.getByRole('button', { name: 'Change one person' }).click()
  await expect(page.getByText('The import is done.')).toBeVisible({ timeout: 20_000 })
  expect((await scene.row(gone!)).status).toBe('inactive')
  expect((await scene.row(lea!)).status).toBe('active')
})
