import { defineConfig } from '@playwright/test'

const browser = process.env['CHROMIUM_PATH']
const report = process.env['JOURNEYS_REPORT']

export default defineConfig({
  testDir: 'tests/journeys',
  outputDir: 'test-results',
  globalSetup: './tests/harness/postgres.ts',
  fullyParallel: true,
  workers: 2,
  // What fails once has failed.
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ...(report ? [['json', { outputFile: report }] as const] : [])],
  use: {
    screenshot: 'only-on-failure',
    // A trace of everything costs a fourth of the time: TRACE=1 for the one that fails.
    trace: process.env['TRACE'] ? 'retain-on-failure' : 'off',
    launchOptions: {
      ...(browser && { executablePath: browser }),
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
})
