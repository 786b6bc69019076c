/** What a small touch screen must have: one column, a drawer, the composer always in reach. */
import type { Locator } from '@playwright/test';
import { expectNoSidewaysScroll, look } from '../fixtures/look.ts';
import { freshSession, openSessions, sessionOf } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

/** Fingers are not pointers; measured minimum of the field (pixels). */
const TOUCH_MIN = 36;
/** Below this iOS zooms into a field that gets the focus (pixels). */
const FIELD_TEXT_MIN = 16;

test('the sessions are in a drawer that closes when one is opened', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  await freshSession(page, opencode, 'Drawer one');
  await opencode.createSession({ title: 'Drawer two' });
  await expect(page.getByRole('navigation', { name: 'Sessions' })).toBeHidden();
  const list = await openSessions(page);
  await look(page, 'drawer');
  await list.getByRole('link', { name: /^Drawer two/ }).tap();
  await expect(list).toBeHidden();
  await openSessions(page);
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
});

test('a phone that is turned on its side is no dead page, though its drawer was open', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Turned');
  await openSessions(page);
  await page.setViewportSize({ width: 844, height: 390 });
  await talk.message.fill('It still writes');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole('navigation', { name: 'Sessions' })).toBeHidden();
  await expect(talk.message).toHaveValue('It still writes');
});

test('Enter makes a line, and with Ctrl it sends', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Two lines');
  await talk.message.fill('One line');
  await talk.message.press('Enter');
  await page.keyboard.type('[[say "Both lines."]]');
  await expect(talk.message).toHaveValue('One line\n[[say "Both lines."]]');
  await talk.message.press('Control+Enter');
  await talk.expectAnswer('Both lines.');
});

test('long words, code and tables never make the page scroll sideways', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Wide things');
  await talk.say(`${'unbroken'.repeat(40)} [[bash cmd="echo ${'long'.repeat(60)}"]] [[markdown]] [[say "${'x'.repeat(300)}"]]`);
  await expectNoSidewaysScroll(page);
  await talk.permission.getByRole('button', { name: 'Allow once' }).tap();
  await talk.expectAnswer('x'.repeat(300));
  await talk.expectQuiet();
  await expectNoSidewaysScroll(page);
});

test('what was sent along and what stands under an answer keep to the screen', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Narrow');
  const file = (name: string) => ({ type: 'file', mime: 'text/plain', filename: name, url: 'data:text/plain;base64,SGlnaCB3YXRlcgo=' });
  await opencode.ask(`/session/${sessionOf(page)}/prompt_async`, {
    parts: [{ type: 'text', text: 'Look [[say "Seen."]]' }, file('a-name-that-is-so-long-that-no-phone-has-room-for-it.txt'), file('another.txt'), file('third.txt')],
  });
  await talk.expectAnswer('Seen.');
  await talk.expectQuiet();
  const width = page.viewportSize()?.width ?? 0;
  const chips = talk.log.locator('.user .attachment');
  await expect(chips).toHaveCount(3);
  for (const chip of await chips.all()) {
    const box = await chip.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
  }
  // The button stands beside the words, not below them.
  const words = await talk.log.locator('.turn-foot > .words').boundingBox();
  const copy = await talk.log.getByRole('button', { name: 'Copy answer as Markdown' }).boundingBox();
  expect(copy?.x).toBeGreaterThanOrEqual((words?.x ?? 0) + (words?.width ?? 0));
  await expectNoSidewaysScroll(page);
});

test('the composer stays on the screen below a long conversation, and the newest words are in view', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Long talk');
  await talk.say('[[text words=600]] [[say "\\n\\nThe very last line."]]');
  const last = talk.answers.getByText('The very last line.', { exact: true });
  await expect(last).toBeInViewport();
  await expect(talk.message).toBeInViewport({ ratio: 1 });
  await expect(talk.send).toBeInViewport({ ratio: 1 });
  await talk.reload();
  await expect(last).toBeInViewport();
  await expect(talk.message).toBeInViewport({ ratio: 1 });
});

test('what is tapped is large enough, and fields do not make the phone zoom', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Fingers');
  await talk.say('[[bash cmd="echo tap"]]');
  await expect(talk.permission).toBeVisible();
  const buttons = await page.getByRole('button').filter({ visible: true }).all();
  for (const button of buttons) await expectTouchable(button);
  await talk.permission.getByRole('button', { name: 'Deny' }).tap();
  const size = await talk.message.evaluate((field) => Number.parseFloat(getComputedStyle(field).fontSize));
  expect(size).toBeGreaterThanOrEqual(FIELD_TEXT_MIN);
});

async function expectTouchable(button: Locator): Promise<void> {
  const box = await button.boundingBox();
  const name = await button.evaluate((element) => element.getAttribute('aria-label') ?? element.textContent);
  expect.soft(box?.height ?? 0, `height of “${name}”`).toBeGreaterThanOrEqual(TOUCH_MIN);
}
