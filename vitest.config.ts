import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: 'tests/harness/postgres.ts',
    // The failover takes minutes, and programs of others: `npm run test:failover`.
    exclude: ['node_modules', 'tests/journeys', ...(process.env['FAILOVER'] ? [] : ['tests/failover'])],
    include: ['{cli,client,contract,server,web,tests,scripts}/**/*.test.{ts,tsx}'],
    // Two cores are what we promise to test on within twenty minutes; the third works while others wait.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
