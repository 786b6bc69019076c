/**
 * Every row, card, dock and state beside each other. Debug builds have the page; a released one does not know it.
 *
 * What is compared does not depend on a machine's fonts: the picture that the server draws with the picture once the
 * program has taken over, and what docks, states and building blocks say to a screen reader with what was accepted
 * (`--update-snapshots` accepts). The pictures are written to `target/screenshots/`, to be looked at.
 */
import { EventEmitter, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectNoSidewaysScroll, live, look } from '../fixtures/look.ts';
import { expect, test } from '../fixtures/test.ts';

const SCREENSHOTS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'target', 'screenshots');
/** Rows are the business of their own tests, and of whoever looks at the pictures. */
const ROWS = /said|Commands|Files|Looking around|Other tools|wrong|Tried again/;
/** Until the program is at work controls are disabled: that much may differ. */
const ALIKE = ':disabled { opacity: 1 !important; }';

test('every state is drawn as accepted, alike by server and program, and nobody is kept out', async ({ owner: page }, info) => {
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
  const gallery = page.getByRole('region', { name: 'Gallery' });
  await expect(gallery.getByRole('heading', { name: 'Nothing here' })).toBeAttached();
  const shoot = async (name: string) => {
    const picture = await gallery.locator('.sheet-page').screenshot({ animations: 'disabled', style: ALIKE, scale: 'css' });
    writeFileSync(join(SCREENSHOTS, `gallery-${name}-${info.project.name}.png`), picture);
    return picture.toString('base64');
  };
  const drawn = await shoot('drawn');
  way.emit('free');
  await live(page);
  expect.soft((await shoot('light')) === drawn, 'it looks the same once the program is at work').toBe(true);

  const scenes = gallery.locator('.sheet-page > section');
  const titles = await scenes.evaluateAll((all) => all.map((scene) => scene.getAttribute('aria-label') ?? ''));
  expect(titles.length).toBeGreaterThan(15);
  for (const [at, title] of titles.entries()) {
    if (ROWS.test(title)) continue;
    const name = `${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.txt`;
    expect.soft(await scenes.nth(at).ariaSnapshot()).toMatchSnapshot(name);
  }
  await look(page);
  await expectNoSidewaysScroll(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('dark');
});
