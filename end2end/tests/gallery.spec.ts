/**
 * Every row, card, dock and state beside each other. Debug builds have the page; a released one does not know it, and
 * `cargo xtask test` runs these tests on a debug build of their own.
 *
 * The picture that the server draws is compared with the picture once the program has taken over; then every scene, its
 * tools closed and opened, with what was accepted (`--update-snapshots` accepts). Those are taken in a font of boxes, so
 * that they do not depend on a machine's fonts; what the scenes say is compared as a screen reader hears it. Pictures to
 * be looked at, in real letters, are written to `target/screenshots/`.
 */
import { EventEmitter, once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { boxes } from '../fixtures/boxes.ts';
import { expectNoSidewaysScroll, live, look } from '../fixtures/look.ts';
import { expect, failedWith, test } from '../fixtures/test.ts';

const SCREENSHOTS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'target', 'screenshots');
/** Until the program is at work controls are disabled: that much may differ. */
const ALIKE = ':disabled { opacity: 1 !important; }';
/** Edges are smoothed a little differently by every version of a browser; a line that moved is far more. */
const PICTURE = { animations: 'disabled', scale: 'css', maxDiffPixelRatio: 0.01 } as const;
/** A third of a second in which nothing moves. */
const CALM_FRAMES = 20;
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');
/** Docks of several sessions stand on one page here, and only here. */
const BESIDE_EACH_OTHER = ['landmark-unique'];
/** What is asked about servers that nobody has saved. */
const OF_NOBODY = failedWith(404);
const FACE =
  "@font-face { font-family: Boxes; src: url('/boxes.ttf'); }\n" +
  '*, ::before, ::after { font-family: Boxes !important; font-synthesis: none !important; }\n';

/** Some thirty scenes, each a picture or two of a page that is twenty screens high. */
const ALL_MS = 400_000;

// A worker would answer for the style sheet and the font before a test can.
test.use({ serviceWorkers: 'block' });

const galleryOf = (page: Page) => page.getByRole('region', { name: 'Gallery' });
const scenesOf = (page: Page) => galleryOf(page).locator('.sheet-page > section');

/** What is asked takes no answer in its first moment. */
const takingAnswers = (page: Page) => expect(galleryOf(page).getByRole('button', { name: 'Allow once' }).first()).toBeEnabled();

/** Whether the executable has the page. */
async function open(page: Page): Promise<void> {
  const answer = await page.request.get('/gallery', { headers: { accept: 'text/html' } });
  test.skip(answer.status() === 404, 'this is not a debug build');
  // The sessions here are nobody's, so their files are nowhere.
  await page.route('**/api/bulk/**', (route) => route.fulfill({ contentType: 'image/png', body: PIXEL }));
}

/** The window is as high as all of it: what scrolls out of sight is not in a picture. */
async function stretch(page: Page): Promise<void> {
  const height = await galleryOf(page).evaluate((it) => it.scrollHeight + it.getBoundingClientRect().top);
  const width = page.viewportSize()?.width ?? 0;
  await page.setViewportSize({ width, height: Math.ceil(height) });
}

const nameOf = (title: string) => title.toLowerCase().replaceAll(/[^a-z]+/g, '-');

/** The style sheet with something added to it: the page takes no style from elsewhere. */
async function dress(page: Page, more: string): Promise<void> {
  await page.route('**/pkg/*.css', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: more + (await response.text()) });
  });
}

async function openAll(within: Locator): Promise<void> {
  await within.locator('details').evaluateAll((all) => {
    for (const it of all) (it as HTMLDetailsElement).open = true;
  });
  for (const body of await within.locator('details > .body').all()) await expect(body).not.toBeEmpty();
}

test('server and program draw every state alike, and nobody is kept out', async ({ owner: page, watch }, info) => {
  test.setTimeout(ALL_MS);
  watch.allow(OF_NOBODY);
  await open(page);
  mkdirSync(SCREENSHOTS, { recursive: true });
  // The program is held back until the server's drawing has its picture.
  const way = new EventEmitter();
  const held = once(way, 'free');
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await dress(page, ALIKE);
  await page.goto('/gallery', { waitUntil: 'commit' });
  const gallery = galleryOf(page);
  await expect(gallery.getByRole('heading', { name: 'Nothing here' })).toBeAttached();
  await stretch(page);
  const shoot = async (name: string) => {
    const picture = await gallery.locator('.sheet-page').screenshot({ animations: 'disabled', scale: 'css' });
    writeFileSync(join(SCREENSHOTS, `gallery-${name}-${info.project.name}.png`), picture);
  };
  await shoot('drawn');
  // Taking a picture makes the browser lay the page out for it; some frames later it is as it was.
  const heights = () =>
    scenesOf(page).evaluateAll(async (all, calmFrames) => {
      const measure = () => all.map((scene) => scene.getBoundingClientRect().height);
      let now = measure();
      for (let calm = 0; calm < calmFrames; ) {
        await new Promise(requestAnimationFrame);
        const next = measure();
        calm = next.every((height, at) => height === now[at]) ? calm + 1 : 0;
        now = next;
      }
      return now;
    }, CALM_FRAMES);
  const drawn = await heights();
  way.emit('free');
  await live(page);
  await takingAnswers(page);
  await shoot('light');
  expect(await heights(), 'nothing moves when the program begins its work').toEqual(drawn);
  await look(page, undefined, BESIDE_EACH_OTHER);
  await expectNoSidewaysScroll(page);
  await openAll(gallery);
  await stretch(page);
  await shoot('open-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('open-dark');
  await look(page, undefined, BESIDE_EACH_OTHER);
  await expectNoSidewaysScroll(page);
});

test('every state looks and reads as accepted', async ({ owner: page, watch }) => {
  test.setTimeout(ALL_MS);
  watch.allow(OF_NOBODY);
  await open(page);
  await page.route('**/boxes.ttf', (route) => route.fulfill({ contentType: 'font/ttf', body: boxes() }));
  await dress(page, FACE);
  await page.goto('/gallery');
  await live(page);
  await takingAnswers(page);
  await page.evaluate(() => document.fonts.ready);
  expect(await page.evaluate(() => document.fonts.check('16px Boxes')), 'the font of boxes is there').toBe(true);
  await stretch(page);

  const scenes = scenesOf(page);
  const titles = await scenes.evaluateAll((all) => all.map((scene) => scene.getAttribute('aria-label') ?? ''));
  expect(titles.length).toBeGreaterThan(15);
  for (const [at, title] of titles.entries()) {
    const scene = scenes.nth(at);
    expect.soft(await scene.ariaSnapshot()).toMatchSnapshot(`${nameOf(title)}.txt`);
    await expect.soft(scene).toHaveScreenshot(`${nameOf(title)}.png`, PICTURE);
    if ((await scene.locator('details').count()) === 0) continue;
    await openAll(scene);
    await stretch(page);
    await expect.soft(scene).toHaveScreenshot(`${nameOf(title)}-open.png`, PICTURE);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.soft(galleryOf(page).locator('.sheet-page')).toHaveScreenshot('all-dark.png', PICTURE);
});
