/** The look under hard conditions: narrow, magnified, with a keyboard over it, without motion, in forced colours. */
import type { Page } from '@playwright/test';
import { expectNoSidewaysScroll, live, look } from '../fixtures/look.ts';
import { freshSession, openSessions } from '../fixtures/talk.ts';
import { expect, failedWith, test } from '../fixtures/test.ts';

/** The narrowest screen that must do (CSS pixels), also what 400 % leaves of 1280. */
const NARROW = { width: 320, height: 568 };
/** A desk at 200 %. */
const MAGNIFIED = { width: 720, height: 450 };
/** What a finger needs (CSS pixels). */
const TOUCH = 44;

/** Everything of a page that can be pressed and is smaller than a finger. */
const tooSmall = (page: Page) =>
  page.evaluate((least) => {
    const all = [...document.querySelectorAll<HTMLElement>('button, a[href], summary, input, textarea, [role=button]')];
    return all
      .filter((it) => it.checkVisibility({ visibilityProperty: true }) && it.closest('[inert]') === null)
      // A choice is as large as its row; a link within a sentence is as high as its line.
      .filter((it) => !it.matches('input[type=radio], input[type=checkbox]') && !(it.matches('a') && getComputedStyle(it).display === 'inline'))
      .map((it) => ({ name: it.getAttribute('aria-label') ?? it.textContent.trim().slice(0, 40), box: it.getBoundingClientRect() }))
      .filter(({ box }) => box.right > 0 && box.bottom > 0 && Math.round(box.height) < least)
      .map(({ name, box }) => `${name}: ${Math.round(box.width)} × ${Math.round(box.height)}`);
  }, TOUCH);

for (const [name, size] of [
  ['320 pixels wide', NARROW],
  ['at 200 %', MAGNIFIED],
] as const) {
  test(`${name} nothing scrolls sideways and everything can be reached`, { tag: '@desktop' }, async ({ owner: page, opencode, watch }) => {
    // There is no such page, and the browser says so.
    watch.allow(failedWith(404));
    await page.setViewportSize(size);
    for (const path of ['/', '/servers', '/settings', '/nowhere']) {
      await page.goto(path);
      await live(page);
      await expectNoSidewaysScroll(page);
    }
    await page.goto('/');
    await live(page);
    const talk = await freshSession(page, opencode, `Narrow ${size.width}`);
    await talk.say(`[[markdown]] [[say "${'unbroken'.repeat(30)}"]] [[bash cmd="echo ${'long'.repeat(60)}"]] [[question]] [[say "Through."]]`);
    const allow = talk.permission.getByRole('button', { name: 'Allow once' });
    await expect(allow).toBeInViewport({ ratio: 1 });
    await expect(talk.message).toBeInViewport({ ratio: 1 });
    await expectNoSidewaysScroll(page);
    await look(page, `narrow-${size.width}`);
    await allow.click();
    await expect(talk.question.getByRole('button', { name: 'Answer' })).toBeInViewport({ ratio: 1 });
    await expectNoSidewaysScroll(page);
    await talk.question.getByRole('radio', { name: /Outer buoy/ }).check();
    await talk.question.getByRole('button', { name: 'Answer' }).click();
    await talk.expectAnswer('Through.');
    await openSessions(page);
    await expectNoSidewaysScroll(page);
  });
}

test('everything that is pressed is large enough for a finger', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  for (const path of ['/', '/servers', '/settings']) {
    await page.goto(path);
    await live(page);
    expect.soft(await tooSmall(page), path).toEqual([]);
  }
  await page.goto('/');
  await live(page);
  const talk = await freshSession(page, opencode, 'Fingers again');
  expect.soft(await tooSmall(page), 'an empty session').toEqual([]);
  await talk.say('[[bash cmd="echo one"]]&[[bash cmd="echo two"]] [[question]] [[todo]] [[markdown]]');
  await expect(talk.permission.getByText('1 of 2')).toBeVisible();
  expect.soft(await tooSmall(page), 'the dock of a permission').toEqual([]);
  await talk.permission.getByRole('button', { name: 'Allow all 2 like this' }).tap();
  await expect(talk.question).toBeVisible();
  expect.soft(await tooSmall(page), 'the dock of a question').toEqual([]);
  await talk.question.getByRole('button', { name: 'Skip' }).tap();
  await talk.expectQuiet();
  expect.soft(await tooSmall(page), 'rows').toEqual([]);
  await openSessions(page);
  expect.soft(await tooSmall(page), 'the drawer').toEqual([]);
});

test('a keyboard that shrinks the page leaves the composer in view', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Keyboard');
  await talk.say('[[text words=300]]');
  await talk.expectQuiet();
  await talk.message.tap();
  await page.setViewportSize({ width: 390, height: 420 });
  await expect(talk.message).toBeInViewport({ ratio: 1 });
  await expect(talk.send).toBeInViewport({ ratio: 1 });
});

test('a keyboard that lies over the page leaves the composer in view', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Keyboard over it');
  await talk.message.tap();
  const KEYBOARD = 336;
  const cover = (height: number) =>
    page.evaluate((covered) => {
      const seen = window.visualViewport;
      if (!seen) throw new Error('This browser does not tell what is seen.');
      Object.defineProperty(seen, 'height', { configurable: true, get: () => innerHeight - covered });
      seen.dispatchEvent(new Event('resize'));
    }, height);
  await cover(KEYBOARD);
  await expect.poll(async () => bottomOf(await talk.message.boundingBox())).toBeLessThanOrEqual(844 - KEYBOARD);
  await cover(0);
  await expect.poll(async () => bottomOf(await talk.message.boundingBox())).toBeGreaterThan(844 - KEYBOARD);
});

const bottomOf = (box: { y: number; height: number } | null) => (box ? box.y + box.height : Number.NaN);

test('light and dark follow the system, and the choice of the owner before it', async ({ owner: page }) => {
  // Lightness is the first number of a colour in oklch, and in oklab while one fades into another.
  const isLight = () => page.evaluate(() => Number(/[\d.]+/.exec(getComputedStyle(document.body).backgroundColor)?.[0]) > 0.5);
  await page.goto('/settings');
  await live(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(isLight).toBe(true);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(isLight).toBe(false);
  await page.getByRole('radio', { name: 'Light' }).check();
  await expect.poll(isLight).toBe(true);
  await page.reload();
  expect(await isLight(), 'before the program has come').toBe(true);
  await live(page);
  await page.getByRole('radio', { name: 'As the system' }).check();
  await expect.poll(isLight).toBe(false);
});

test('without motion nothing moves, and in forced colours every control has an edge', async ({ owner: page, opencode }) => {
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  const talk = await freshSession(page, opencode, 'Without motion');
  await talk.say('[[bash cmd="echo calm"]] [[hang]]');
  await expect(talk.permission).toBeVisible();
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((it) => it.playState === 'running' && Number(it.effect?.getComputedTiming().duration ?? 0) > 1).length,
  );
  expect(moving, 'animations under way').toBe(0);
  for (const name of ['Deny', 'Always allow', 'Allow once']) {
    const edge = await talk.permission.getByRole('button', { name, exact: true }).evaluate((it) => {
      const style = getComputedStyle(it);
      return { width: Number.parseFloat(style.borderTopWidth), colour: style.borderTopColor, ground: getComputedStyle(document.body).backgroundColor };
    });
    expect.soft(edge.width, name).toBeGreaterThan(0);
    expect.soft(edge.colour, name).not.toBe(edge.ground);
  }
  await look(page, 'forced-colors');
  await talk.stop.click();
});
