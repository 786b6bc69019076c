/** With motion, which the other journeys go without: what moves arrives, and what goes by itself goes. */
import { freshSession, openSessions } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ contextOptions: { reducedMotion: 'no-preference' } });

test('the drawer slides in and out, and takes what is under it along', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Sliding');
  const list = await openSessions(page);
  await expect.poll(async () => (await list.boundingBox())?.x, 'it arrives').toBe(0);
  await page.getByRole('button', { name: 'Close sessions' }).click();
  await expect(list).toBeHidden();
  await talk.say('[[say "Out of the way."]]');
  await talk.expectAnswer('Out of the way.');
});

test('what is only said for a moment goes by itself', async ({ owner: page, opencode, context }) => {
  const talk = await freshSession(page, opencode, 'For a moment');
  await talk.say('[[say "Copy me."]]');
  await talk.expectAnswer('Copy me.');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('main').getByRole('button', { name: 'Session actions' }).click();
  await page.getByRole('button', { name: /^Copy as Markdown/ }).click();
  const toast = page.locator('.toast');
  await expect(toast).toBeVisible();
  await expect(toast).toHaveCount(0);
});
