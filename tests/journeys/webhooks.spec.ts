import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook as Signed } from 'standardwebhooks'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { expect, test } from './scene.ts'

test('R41 another system is told of a deactivation, and checks the signature with the secret that was shown once', async ({
  scene,
  asOwner: { page },
}) => {
  const lea = await scene.add({ firstName: 'Lea' })
  const told: { body: string; headers: Record<string, string> }[] = []
  let status = 204
  const receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      told.push({ body, headers: request.headers as Record<string, string> })
      response.writeHead(status).end(status === 204 ? '' : 'Out of order')
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/rollcall`
  const change = (path: string) =>
    page.request.post(`${scene.origin}${path}`, { data: { users: { ids: [lea.id] } } }).then((answer) => answer.ok())

  await page.goto('/settings?tab=webhooks')
  await page.getByRole('button', { name: 'New webhook' }).click()
  await page.getByLabel('Address').fill('hr.example.org')
  await page.getByRole('button', { name: 'Make webhook' }).click()
  await expect(page.getByText('Give an address like')).toBeVisible()
  await page.getByLabel('Address').fill(url)
  await page.getByRole('button', { name: 'Make webhook' }).click()
  const secret = (await page.getByText(/^whsec_/).textContent())!
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByText('Nothing to tell yet')).toBeVisible()

  const choose = async (item: string) => {
    await page.getByRole('button', { name: /^What to do with/ }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await choose('Send a test')
  await expect(page.getByText('The test was taken: 204')).toBeVisible()

  scene.startWebhooks()
  expect(await change(deactivateUsers.path)).toBe(true)
  await expect.poll(() => told.length).toBe(2)
  const { body, headers } = told[1]!
  expect(new Signed(secret).verify(body, headers)).toMatchObject({ type: 'user.deactivated', data: { userId: lea.id } })
  await expect(page.getByText('Works', { exact: true })).toBeVisible()

  status = 503
  expect(await change(activateUsers.path)).toBe(true)
  await expect(page.getByText('Not taken: 503 Out of order')).toBeVisible()
  await expect(page.getByText('1 message waits')).toBeVisible()
  await choose('Deliveries')
  const log = page.getByRole('dialog')
  await expect(log.getByRole('row', { name: /activated.*Waits/ }).first()).toBeVisible()
  status = 204
  await log.getByRole('button', { name: 'Tell again: Lea Example, deactivated' }).click()
  await expect(log.getByText('Waits')).toHaveCount(0)
  // However often it was tried meanwhile: the same message has the same id.
  expect(new Set(told.map((one) => one.headers['webhook-id'])).size).toBe(3)
  expect(told.filter((one) => one.headers['webhook-id'] === headers['webhook-id'])).toHaveLength(2)
  await page.keyboard.press('Escape')

  await choose('Edit')
  const editing = page.getByRole('dialog')
  await editing.getByRole('checkbox', { name: 'large operation finished' }).uncheck()
  await editing.getByRole('button', { name: 'Save' }).click()
  await expect(editing).toHaveCount(0)
  await expect(page.getByRole('row', { name: /who completed a course, seat limit reached/ })).toBeVisible()

  await choose('Pause')
  await expect(page.getByText('Paused; what happens meanwhile is told later')).toBeVisible()
  await choose('Delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('No webhooks yet')).toBeVisible()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})
