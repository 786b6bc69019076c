/** `cargo xtask bench page` and `bench view`: one run, one worker, nothing beside it. */
import { defineConfig } from '@playwright/test';

const BENCH_MS = 600_000;

export default defineConfig({
  testDir: '.',
  testMatch: ['page.ts', 'view.ts'],
  outputDir: '../test-results/bench',
  workers: 1,
  timeout: BENCH_MS,
  reporter: [['line']],
});
