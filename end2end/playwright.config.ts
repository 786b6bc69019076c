/** Two sizes, one browser, and everything local: see `fixtures/` for what each test starts. */
import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';
import { DESKTOP, PHONE } from './fixtures/sizes.ts';

/** Two cores are what the tests may count on; each worker runs a browser, a product and an OpenCode. */
const WORKERS = 2;
/** A journey through real processes on a busy machine. */
const TEST_MS = 150_000;
/** How long a screen may take to show what it should. */
const EXPECT_MS = 30_000;

const config: PlaywrightTestConfig = {
  testDir: './tests',
  outputDir: './test-results/runs',
  // One for each size, whatever the system: nothing in them depends on it.
  snapshotPathTemplate: '{testDir}/{testFileName}-snapshots/{arg}-{projectName}{ext}',
  workers: WORKERS,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  // On a shared machine that builds beside it, a journey may miss its time once. Playwright
  // names such a test as flaky; twice in a row is a failure.
  retries: 1,
  timeout: TEST_MS,
  expect: { timeout: EXPECT_MS },
  reporter: [['list'], ['json', { outputFile: './test-results/results.json' }]],
  use: {
    headless: true,
    // Recording every journey would cost a quarter of the time.
    trace: 'on-first-retry',
    actionTimeout: EXPECT_MS,
    navigationTimeout: EXPECT_MS,
  },
  projects: [
    { name: 'desktop', use: DESKTOP, grepInvert: /@phone/ },
    { name: 'phone', use: PHONE, grepInvert: /@desktop/ },
  ],
};

export default defineConfig(config);
