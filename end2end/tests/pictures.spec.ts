/** Every page with something in it, photographed in both sizes and both schemes, and the picture of the README. */
import type { Page } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectNoSidewaysScroll, live, look } from '../fixtures/look.ts';
import { openSession, openSessions, Talk } from '../fixtures/talk.ts';
import { expect, test as base } from '../fixtures/test.ts';
import { OpenCode } from '../peer/opencode.mjs';
import { createSandbox } from '../peer/sandbox.mjs';
import { seed } from '../peer/seed.mjs';

const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The two screens of the README's picture: each is shown pixel by pixel, so that letters stay sharp. */
const WIDE = { width: 1320, height: 896 };
const NARROW = { width: 360, height: 780 };
/** Starting OpenCode and letting it hold a handful of conversations. */
const SEED_MS = 180_000;

const test = base.extend<object, { opencode: OpenCode }>({
  opencode: [
    async ({ model }, use) => {
      const sandbox = createSandbox({ modelUrl: model.url, others: ['lamp-room'] });
      const opencode = await OpenCode.start(sandbox);
      await seed(opencode, sandbox);
      await use(opencode);
      await opencode.stop();
      sandbox.remove();
    },
    { scope: 'worker', timeout: SEED_MS },
  ],
});

test('every page of a house that is lived in', async ({ owner: page }) => {
  await page.goto('/');
  await live(page);
  const list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^(?:How the gauge module works|Explain the gauge)/ })).toBeVisible();
  await expect(list.getByRole('link', { name: /^Choose a station|^Ask me/ })).toBeVisible();
  await look(page, 'sessions');
  await page.goto('/');
  await live(page);
  await look(page, 'home');
  await expectNoSidewaysScroll(page);

  for (const [title, name] of [
    ['Fix the gauge', 'session'],
    ['How the gauge module works|Explain the gauge', 'session-markdown'],
    ['Last night|Look for the log', 'session-helper'],
    ['Choose a station|Ask me', 'session-asks'],
  ] as const) {
    await page.goto('/');
    await live(page);
    const talk = await openSession(page, `(?:${title})`);
    await expect(talk.log.locator('.row').last()).toBeVisible();
    await look(page, name);
    await expectNoSidewaysScroll(page);
  }

  await page.goto('/servers');
  await live(page);
  await look(page, 'servers-lived-in');
  await expectNoSidewaysScroll(page);

  await page.goto('/settings');
  await live(page);
  await look(page, 'settings');
  await expectNoSidewaysScroll(page);
});

test('the picture of the README', async ({ owner: desktop, another, browserName }, info) => {
  test.skip(process.env['NEXUS_PICTURE'] !== '1' || info.project.name !== 'desktop', 'made on demand: NEXUS_PICTURE=1');
  expect(browserName).toBe('chromium');
  await desktop.setViewportSize(WIDE);
  const fixed = await openSession(desktop, '(?:Fix the gauge)');
  await live(desktop);
  await fixed.answers.locator('summary', { hasText: 'Edit' }).click();
  await fixed.answers.locator('summary', { hasText: 'Edit' }).scrollIntoViewIfNeeded();
  await expect(fixed.answers.locator('.diff')).toBeInViewport();
  await desktop.mouse.move(0, 0);
  const wide = await desktop.screenshot({ animations: 'disabled' });

  const phone = await another();
  await phone.setViewportSize(NARROW);
  await phone.emulateMedia({ colorScheme: 'dark' });
  // From the overview: the drawer is still on its way out when the screen has just become narrow.
  await phone.getByRole('main').getByRole('link', { name: /^(?:Choose a station|Ask me)/ }).click();
  await expect(new Talk(phone).question).toBeVisible();
  const narrow = await phone.screenshot({ animations: 'disabled' });

  const frame = await desktop.context().newPage();
  await frame.setViewportSize({ width: 1680, height: 1040 });
  await compose(frame, wide, narrow);
  mkdirSync(join(REPOSITORY, 'docs'), { recursive: true });
  writeFileSync(join(REPOSITORY, 'docs', 'picture.png'), await frame.screenshot());
});

/** The desktop with the phone before its lower right corner, on a quiet ground. */
async function compose(page: Page, wide: Buffer, narrow: Buffer): Promise<void> {
  const source = (image: Buffer) => `data:image/png;base64,${image.toString('base64')}`;
  await page.setContent(`<!doctype html><style>
    body { margin: 0; width: 1680px; height: 1040px; background: radial-gradient(120% 120% at 15% 0%, #eaf2f1, #b9d0cf 70%, #9dbbbb); position: relative; overflow: hidden; }
    img { position: absolute; display: block; }
    .wide { left: 64px; top: 72px; border-radius: 14px; box-shadow: 0 0 0 1px rgb(10 40 45 / 14%), 0 30px 70px rgb(10 40 45 / 28%); }
    .narrow { right: 64px; bottom: 56px; border-radius: 36px; border: 9px solid #0c1213; box-shadow: 0 0 0 1px rgb(255 255 255 / 18%), 0 30px 70px rgb(5 20 24 / 45%); }
  </style><img class="wide" alt="" src="${source(wide)}"><img class="narrow" alt="" src="${source(narrow)}">`);
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
}
