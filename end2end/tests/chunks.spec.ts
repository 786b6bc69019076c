/** What is rare comes when it is first needed: a first visit does not pay for it, and a loss of it is said. */
import { live } from '../fixtures/look.ts';
import { freshSession } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

// Its requests would go past us.
test.use({ serviceWorkers: 'block' });

/** A module beside the one that every page begins with. */
const CHUNK = /\/pkg\/nexus-[^/]*\.wasm$/;

test('a session begins without what is rare, a tap brings it, and where it cannot be had that is said and tried again', async ({
  owner: page,
  opencode,
  watch,
}) => {
  const worker = await (await page.request.get('/sw.js')).text();
  test.skip(!worker.includes('"later":true'), 'a debug build is in one piece');
  watch.allow(/^console error: /);
  const missing = page.getByText('A part of Nexus could not be loaded.');
  const again = page.getByRole('button', { name: 'Try again' });

  const talk = await freshSession(page, opencode, 'Lean');
  await talk.say('[[read path="README.md"]] [[say "Some **strong** words."]]');
  await talk.expectAnswer('Some strong words.');
  await talk.expectQuiet();

  await test.step('what the server drew needs no reader', async () => {
    const fetched: string[] = [];
    page.on('request', (request) => {
      if (CHUNK.test(request.url())) fetched.push(request.url());
    });
    await talk.reload();
    await expect(talk.answers.locator('strong')).toHaveText('strong');
    await expect(talk.send).toBeVisible();
    expect(fetched).toEqual([]);
  });

  await page.route(CHUNK, (route) => route.abort());
  await test.step('words are legible without their reader', async () => {
    await talk.say('[[say "Some **more** words."]]');
    await talk.expectAnswer('Some **more** words.');
    await expect(missing.first()).toBeVisible();
  });
  await test.step('what a tool did cannot be had, and then it can', async () => {
    await talk.log.locator('details.tool summary').first().click();
    await expect(talk.log.locator('details.tool').first().getByText(/could not be loaded/)).toBeVisible();
    await page.unroute(CHUNK);
    await talk.log.locator('details.tool').first().getByRole('button', { name: 'Try again' }).click();
    await expect(talk.log.locator('details.tool .body').first()).toBeVisible();
  });
  await test.step('the reader comes, and the words are formatted', async () => {
    await again.first().click();
    await expect(talk.answers.locator('strong', { hasText: 'more' })).toBeVisible();
    await expect(missing).toHaveCount(0);
  });
});

test('a page that is rare takes over once its part has come, and is drawn when that comes late', async ({ owner: page, watch }) => {
  const worker = await (await page.request.get('/sw.js')).text();
  test.skip(!worker.includes('"later":true'), 'a debug build is in one piece');
  watch.allow(/^console error: /);
  await page.goto('/settings');
  await live(page);
  await page.getByRole('radio', { name: 'Dark' }).check();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await page.route(CHUNK, (route) => route.abort());
  await page.reload();
  // Hearing of Nexus it tries again by itself, which fails too.
  await expect(page.getByRole('status', { name: 'Connection' })).toHaveText('Live');
  await expect(page.getByText('A part of Nexus could not be loaded.')).toBeVisible();
  await page.unroute(CHUNK);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
});
