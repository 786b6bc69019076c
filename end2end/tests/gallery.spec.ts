/**
 * Every row, card, dock and state beside each other. Debug builds have the page; a released one does not know it.
 *
 * What is compared does not depend on a machine's fonts: the structure of each scene with the one that was accepted
 * (`--update-snapshots` accepts), and the picture that the server draws with the picture once the program has taken
 * over. The pictures themselves are written to `target/screenshots/`, to be looked at.
 */
import { EventEmitter, once } from 'node:events';
import { expectNoSidewaysScroll, live, look } from '../fixtures/look.ts';
import { expect, failedWith, test } from '../fixtures/test.ts';

test('every state is drawn as accepted, alike by server and program, and nobody is kept out', async ({ owner: page, watch }, info) => {
  watch.allow(failedWith(404));
  const answer = await page.request.get('/gallery', { headers: { accept: 'text/html' } });
  test.skip(answer.status() === 404, 'this is not a debug build');

  // The program is held back until the server's drawing has its picture.
  const way = new EventEmitter();
  const held = once(way, 'free');
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/gallery', { waitUntil: 'commit' });
  const scenes = page.getByRole('region', { name: 'Gallery' }).locator('section[aria-label]:not(section section)');
  await expect(scenes.last()).toBeAttached();
  const titles = await scenes.evaluateAll((all) => all.map((scene) => scene.getAttribute('aria-label') ?? ''));
  expect(titles.length).toBeGreaterThan(10);

  const shots = async () => {
    const taken = new Map<string, string>();
    for (const [at, title] of titles.entries()) {
      // Controls are disabled until the program is at work: that much may differ.
      const picture = await scenes.nth(at).screenshot({ animations: 'disabled', style: ':disabled { opacity: 1 !important }' });
      taken.set(title, picture.toString('base64'));
    }
    return taken;
  };
  const drawn = await shots();
  way.emit('free');
  await live(page);
  const taken = await shots();
  for (const title of titles) expect.soft(taken.get(title) === drawn.get(title), `“${title}” looks the same once the program is at work`).toBe(true);

  for (const [at, title] of titles.entries()) {
    await expect.soft(scenes.nth(at)).toMatchAriaSnapshot({ name: `${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.aria.yml` });
  }
  await look(page);
  await expectNoSidewaysScroll(page);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const [at, title] of titles.entries()) {
      const name = `gallery-${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${info.project.name}-${scheme}.png`;
      await scenes.nth(at).screenshot({ animations: 'disabled', path: `../target/screenshots/${name}` });
    }
  }
});
