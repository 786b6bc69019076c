/** Nexus is away when a page is asked for: the shell says so, shows nothing that it cannot know, and goes on by itself. */
import type { Page } from '@playwright/test';
import { live, look } from '../fixtures/look.ts';
import { freshSession } from '../fixtures/talk.ts';
import { expect, NOBODY_THERE, test } from '../fixtures/test.ts';

/** The browser's own line where it asked for the page while the worker still started. */
const PRELOAD = /^console (?:error|warning): .*navigation preload request failed/;

/** The worker has its files and answers for this page. A page that came while the worker began its work is its own from the next visit on. */
async function kept(page: Page): Promise<void> {
  const answers = await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active !== null && active.state !== 'activated') {
      await new Promise((resolve) => active.addEventListener('statechange', resolve, { once: true }));
    }
    return navigator.serviceWorker.controller !== null;
  });
  if (answers) return;
  await page.reload();
  await live(page);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

const shell = (page: Page) => page.getByRole('heading', { name: 'No connection to Nexus' });

test('a session asked for while Nexus is away is not faked, and comes by itself when it is back', async ({ owner: page, nexus, opencode, watch }) => {
  watch.allow(NOBODY_THERE, PRELOAD);
  const talk = await freshSession(page, opencode, 'Before the storm');
  await talk.say('[[say "All boats are in."]]');
  await talk.expectAnswer('All boats are in.');
  await talk.expectQuiet();
  await talk.message.fill('Half a thought');
  const seen = page.url();
  await kept(page);

  await nexus.stop();
  await page.reload();
  await expect(shell(page)).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Nexus does not answer');
  await expect(page.getByText('All boats are in.')).toHaveCount(0);
  await expect(page.getByText(/Trying again/)).toBeVisible();
  await look(page, 'offline');

  // What was never seen is treated no differently, and an address of nothing neither.
  await page.goto('/s/srv_none/ses_never');
  await expect(shell(page)).toBeVisible();
  await page.goto(seen);
  await expect(shell(page)).toBeVisible();

  await nexus.launch();
  await talk.expectAnswer('All boats are in.');
  await live(page);
  await expect(talk.connection).toContainText('Live');
  await expect(talk.message).toHaveValue('Half a thought');
  expect(page.url()).toBe(seen);
});

test('the shell looks as the owner chose, and whoever will not wait tries again', async ({ owner: page, nexus, watch }) => {
  watch.allow(NOBODY_THERE, PRELOAD);
  await page.goto('/settings');
  await live(page);
  await page.getByRole('radio', { name: 'Dark' }).check();
  await kept(page);
  await nexus.stop();
  await page.reload();
  await expect(shell(page)).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect(shell(page)).toBeVisible();
  await nexus.launch();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
});

test('whoever is not signed in any more is asked to when Nexus is back', async ({ owner: page, context, nexus, watch }) => {
  watch.allow(NOBODY_THERE, PRELOAD);
  await kept(page);
  await nexus.stop();
  await page.goto('/servers');
  await expect(shell(page)).toBeVisible();
  await context.clearCookies();
  await nexus.launch();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('the files of the program come from the device on a second visit', async ({ owner: page }) => {
  await kept(page);
  await page.reload();
  await live(page);
  const sizes = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter((entry) => entry.name.includes('/pkg/'))
      .map((entry) => ({ name: new URL(entry.name).pathname, bytes: entry.transferSize })),
  );
  expect(sizes.length).toBeGreaterThan(2);
  for (const { name, bytes } of sizes) expect(bytes, `${name} over the network`).toBe(0);
});

test.describe('another build', () => {
  test.use({ serviceWorkers: 'block' });

  test('is announced, and a reload brings it with what was written', async ({ owner: page, opencode }) => {
    const talk = await freshSession(page, opencode, 'Over an update');
    await expect(talk.connection).toContainText('Live');
    // The page says that it is of another build, as one does that was open while Nexus was updated.
    await page.route('**/api/stream', (route) => {
      const asked = route.request().postDataJSON() as Record<string, unknown>;
      return route.continue({ postData: JSON.stringify({ ...asked, build: 'an-older-one' }) });
    });
    await page.reload();
    await live(page);
    await expect(talk.connection).toContainText('Update ready');
    await talk.message.fill('Not yet sent');
    await look(page, 'update-ready');
    await page.unroute('**/api/stream');
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(talk.connection).toContainText('Live');
    await expect(talk.message).toHaveValue('Not yet sent');
  });
});
