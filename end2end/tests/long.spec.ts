/** A session of a thousand messages: read, followed, searched and left through, with few of them in the page at a time. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures/test.ts';
import { live, look } from '../fixtures/look.ts';
import { openSession, Talk } from '../fixtures/talk.ts';
import { importHistory, promptOf, TURN } from '../peer/history.mjs';
import type { OpenCode } from '../peer/opencode.mjs';

const MESSAGES = 1_000;
const LAST_TURN = MESSAGES / TURN - 1;
const NODES_MAX = 1_500;
const NEEDLE = 'Where did the brass needle go?';
const NEEDLE_TURN = 20;
/** Rounding of the browser, and nothing that an eye sees. */
const STILL_PX = 2;
/** A third of a second in which nothing moves. */
const CALM_FRAMES = 20;

const past = (opencode: OpenCode, title: string) =>
  importHistory(opencode, { title, messages: MESSAGES, needles: { [NEEDLE_TURN]: NEEDLE } });

const nodes = (page: Page) => page.evaluate(() => document.getElementsByTagName('*').length);
const reportOf = (talk: Talk, turn: number) => talk.log.getByRole('heading', { name: `Report ${turn}`, exact: true });

/**
 * How far a row is below the upper edge of the conversation, as it is drawn: what the page puts right within a frame,
 * before it is drawn, nobody sees.
 */
async function placeOf(row: Locator): Promise<number> {
  return row.evaluate(async (element) => {
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    const log = element.closest('[role=log]');
    return element.getBoundingClientRect().top - (log?.getBoundingClientRect().top ?? 0);
  });
}

/** The same, once nothing moves it any more: what has just come may still be drawn with its colours. */
async function placeAtRest(row: Locator): Promise<number> {
  let place = await placeOf(row);
  let calm = 0;
  await expect(async () => {
    const before = place;
    place = await placeOf(row);
    calm = place === before ? calm + 1 : 0;
    expect(calm).toBeGreaterThanOrEqual(CALM_FRAMES);
  }).toPass({ intervals: [1] });
  return place;
}

/** Moves as a wheel does, a piece in each frame, until a row is there. */
async function scrollUpTo(log: Locator, row: Locator): Promise<void> {
  await expect(async () => {
    await log.evaluate((element) => element.scrollBy(0, -600));
    await expect(row).toBeVisible({ timeout: 200 });
  }).toPass({ intervals: [10], timeout: 20_000 });
}

/** The conversation shows its end: on a phone the last answer is taller than the screen. */
async function expectEnd(talk: Talk): Promise<void> {
  await expect(reportOf(talk, LAST_TURN)).toBeAttached();
  await expect(talk.log.locator('.row').last()).toBeInViewport();
}

test('a long session opens at its end, goes back as far as one reads, and stays small', async ({ owner: page, opencode }) => {
  await past(opencode, 'Long watch');
  const talk = await openSession(page, 'Long watch');
  await expectEnd(talk);
  await page.reload();
  await live(page);
  await expectEnd(talk);
  expect(await nodes(page)).toBeLessThan(NODES_MAX);

  await scrollUpTo(talk.log, reportOf(talk, LAST_TURN - 25));
  await expect.poll(() => nodes(page)).toBeLessThan(NODES_MAX);
  await expect(reportOf(talk, LAST_TURN), 'what is far away is let go of').toHaveCount(0);
  await page.getByRole('button', { name: 'Jump to the end' }).click();
  await expectEnd(talk);
  await expect(page.getByRole('button', { name: 'Jump to the end' })).toBeHidden();
  await expect(reportOf(talk, LAST_TURN - 25)).toHaveCount(0);
});

test('what is read stays where it is while words come and tools open, and what is new is counted', async ({ owner: page, opencode, model }) => {
  const session = await past(opencode, 'Calm watch');
  const talk = await openSession(page, 'Calm watch');
  const row = reportOf(talk, LAST_TURN - 2);
  await scrollUpTo(talk.log, row);
  await row.evaluate((element) => {
    element.scrollIntoView({ block: 'center' });
  });
  const toEnd = page.getByRole('button', { name: 'Jump to the end' });
  await expect(toEnd).toBeVisible();
  const before = await placeOf(row);
  await opencode.send(session, 'More [[text words=120]] [[gate rest]] [[say "The very last words."]]');
  await expect(toEnd).toHaveText('2 new');
  await model.gates.reached('rest');
  expect(Math.abs((await placeOf(row)) - before), 'it did not move').toBeLessThanOrEqual(STILL_PX);

  // The last one that is there now: later ones come as one reads on.
  const last = talk.log.locator('.row:has(summary)').filter({ visible: true }).last();
  await last.evaluate((element) => {
    element.setAttribute('data-opened', '');
    element.scrollIntoView({ block: 'center' });
  });
  const tool = talk.log.locator('[data-opened]');
  const opened = await placeAtRest(tool);
  await tool.locator('summary').first().click();
  await expect(tool.locator('details')).toHaveAttribute('open');
  expect(Math.abs((await placeOf(tool)) - opened), 'what is opened stays under the finger').toBeLessThanOrEqual(STILL_PX);

  model.gates.open('rest');
  await toEnd.click();
  await expect(talk.answers.getByText(/The very last words\.$/)).toBeInViewport();
  await expect(toEnd).toBeHidden();
});

test('words are found in all of it, and the way there leads back', async ({ owner: page, opencode }) => {
  await past(opencode, 'Search watch');
  const talk = await openSession(page, 'Search watch');
  await expectEnd(talk);
  await page.keyboard.press('ControlOrMeta+f');
  const dialog = page.getByRole('dialog', { name: 'Find in the conversation' });
  await expect(dialog.getByRole('button', { name: promptOf(LAST_TURN) })).toBeVisible();
  await look(page, 'find');
  await dialog.getByRole('searchbox').fill('BRASS needle go');
  await expect(dialog.getByRole('status')).toHaveText(`1 place in all ${MESSAGES} messages`);
  await dialog.getByRole('button', { name: NEEDLE }).click();
  await expect(dialog).toBeHidden();
  const found = talk.log.getByText(NEEDLE, { exact: true });
  await expect(found).toBeInViewport();
  await expect(reportOf(talk, NEEDLE_TURN)).toBeAttached();
  await page.getByRole('button', { name: 'Jump to the end' }).click();
  await expectEnd(talk);

  // Enter goes to what is looked for now, though the list still shows what was before.
  await page.keyboard.press('ControlOrMeta+f');
  await dialog.getByRole('searchbox').fill('');
  await expect(dialog.getByRole('button', { name: promptOf(LAST_TURN) })).toBeVisible();
  await dialog.getByRole('searchbox').fill('brass needle go');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(found).toBeInViewport();
  expect(await nodes(page)).toBeLessThan(NODES_MAX);

  // From there one reads on, in both directions.
  await scrollUpTo(talk.log, reportOf(talk, NEEDLE_TURN - 8));
  await page.getByRole('button', { name: 'Jump to the end' }).click();
  await expectEnd(talk);
});

test('the rail leads to prompts, also to those that are not here', async ({ owner: page, opencode }) => {
  await past(opencode, 'Rail watch');
  const talk = await openSession(page, 'Rail watch');
  await expectEnd(talk);
  const rail = page.getByRole('navigation', { name: 'Prompts' });
  const narrow = (page.viewportSize()?.width ?? 0) < 700;
  if (narrow) {
    await page.getByRole('main').getByRole('button', { name: 'Session actions' }).click();
    await page.getByRole('button', { name: 'Find in the conversation' }).click();
  } else {
    await rail.getByRole('button', { name: promptOf(LAST_TURN - 1) }).click();
    await expect(talk.log.getByText(promptOf(LAST_TURN - 1), { exact: true })).toBeInViewport();
    await rail.getByRole('button', { name: 'All prompts' }).click();
  }
  const dialog = page.getByRole('dialog', { name: 'Find in the conversation' });
  await dialog.getByRole('button', { name: promptOf(LAST_TURN - 50) }).click();
  await expect(talk.log.getByText(promptOf(LAST_TURN - 50), { exact: true })).toBeInViewport();
  await expect(page.getByRole('button', { name: 'Jump to the end' })).toBeVisible();

  // From one place that was found to the next, by button and by key, without the list.
  const places = page.getByRole('group', { name: 'Found places' });
  const status = await places.getByRole('status').textContent();
  const earlier = places.getByRole('button', { name: 'Earlier place' });
  await earlier.click();
  await expect(talk.log.getByText(promptOf(LAST_TURN - 51), { exact: true })).toBeInViewport();
  await expect(earlier).toBeFocused();
  await expect(places.getByRole('status')).not.toHaveText(status ?? '');
  await look(page, 'found-places');
  await page.keyboard.press('Shift+F3');
  await expect(talk.log.getByText(promptOf(LAST_TURN - 50), { exact: true })).toBeInViewport();
  await expect(places.getByRole('status')).toHaveText(status ?? '');
  await places.getByRole('button', { name: 'Done searching' }).click();
  await expect(places).toBeHidden();
  await page.getByRole('button', { name: 'Jump to the end' }).click();
  await expectEnd(talk);
});
