/** What a session came to: its changes and its context, beside the conversation or over it. */
import type { Locator, Page } from '@playwright/test';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expectNoSidewaysScroll, look } from '../fixtures/look.ts';
import { openSession, type Talk } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';
import type { OpenCode } from '../peer/opencode.mjs';

const ANYTHING = [{ permission: '*', pattern: '*', action: 'allow' }];
/** From this width on the pane stands beside the conversation (pixels). */
const WIDE_FROM = 1280;
const TOUCH_MIN = 44;

const isWide = (page: Page) => (page.viewportSize()?.width ?? 0) >= WIDE_FROM;

/** The pane: a part of the page where there is room, else a dialog. */
function paneOf(page: Page): Locator {
  return page.getByRole(isWide(page) ? 'region' : 'dialog', { name: 'This session' });
}

/** Up to this width the head has no button for the context (pixels). */
const PHONE_TO = 720;

const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) <= PHONE_TO;

const changesButton = (page: Page) => page.getByRole('button', { name: /^Changes/ });
const contextButton = (page: Page) => page.getByRole('button', { name: /^Context/ });
/** What a pane that is closed gives the focus back to. */
const opener = (page: Page) => (isPhone(page) ? changesButton(page) : contextButton(page));

async function openContext(page: Page): Promise<void> {
  await opener(page).click();
  if (isPhone(page)) await paneOf(page).getByRole('tab', { name: 'Context' }).click();
}

/** A session in which nothing is asked for, in a project that is as it was committed. */
async function begin(page: Page, opencode: OpenCode, title: string): Promise<Talk> {
  rmSync(join(opencode.directory, 'notes'), { recursive: true, force: true });
  await opencode.createSession({ title, permission: ANYTHING });
  return openSession(page, title);
}

test('changes are listed by file, follow the agent, and open to their lines', async ({ owner: page, opencode }, info) => {
  const talk = await begin(page, opencode, 'What changed');
  const file = `notes/${info.project.name}-${info.repeatEachIndex}.md`;
  await changesButton(page).click();
  const pane = paneOf(page);
  await expect(pane.getByRole('tab', { name: 'Changes' })).toHaveAttribute('aria-selected', 'true');
  await expect(pane.getByRole('heading', { name: 'No files changed' })).toBeVisible();
  await look(page, 'pane-nothing');
  if (!isWide(page)) await page.keyboard.press('Escape');

  await talk.say(String.raw`[[write path="${file}" content="first\nsecond\n"]] [[say "Written."]]`);
  await talk.expectAnswer('Written.');
  await talk.expectQuiet();
  await expect(changesButton(page)).toHaveAccessibleName('Changes, 1 file');
  if (!isWide(page)) await changesButton(page).click();
  const line = pane.locator('summary').filter({ hasText: file });
  await expect(line).toContainText('New');
  await expect(line).toContainText('+2');
  await line.click();
  const lines = pane.getByRole('group', { name: `Changes of ${file}` });
  await expect(lines).toContainText('second');
  await look(page, 'pane-changes');
  await expectNoSidewaysScroll(page);
  if (!isWide(page)) await page.keyboard.press('Escape');

  await talk.say(`[[edit path="${file}" old="second" new="other"]] [[say "Changed."]]`);
  await talk.expectAnswer('Changed.');
  if (!isWide(page)) {
    await changesButton(page).click();
    await line.click();
  }
  // Beside the conversation it is open still, and has what came.
  await expect(line).toContainText('+3');
  await expect(pane.getByText(/^After “/)).toHaveCount(2);
  await expect(pane.getByRole('group', { name: `Changes of ${file}` }).last()).toContainText('other');
});

test('the context says how full it is and what was consumed', async ({ owner: page, opencode }) => {
  const talk = await begin(page, opencode, 'How full');
  if (!isPhone(page)) await expect(contextButton(page)).toHaveAccessibleName('Context');
  await talk.say('[[say "Some words."]]');
  await talk.expectAnswer('Some words.');
  await talk.expectQuiet();
  if (!isPhone(page)) await expect(contextButton(page)).toHaveAccessibleName(/^Context, \d+ % used$/);
  await openContext(page);
  const pane = paneOf(page);
  await expect(pane.getByRole('tab', { name: 'Context' })).toHaveAttribute('aria-selected', 'true');
  const context = pane.getByRole('region', { name: 'Context' });
  await expect(context).toContainText(/ of 200k tokens, \d+ % used/);
  await expect(context).toContainText('Scripted One');
  await expect(pane.getByRole('region', { name: 'Whole session' })).toContainText('1 prompt, 1 step');
  await look(page, 'pane-context');
  await expectNoSidewaysScroll(page);
});

test('tabs are turned by arrow keys, and Escape gives the focus back', async ({ owner: page, opencode }) => {
  await begin(page, opencode, 'Tabs by arrow keys');
  await openContext(page);
  const pane = paneOf(page);
  const tab = (name: string) => pane.getByRole('tab', { name });
  await tab('Context').focus();
  await page.keyboard.press('ArrowRight');
  await expect(tab('Changes')).toBeFocused();
  await expect(pane.getByRole('tabpanel', { name: 'Changes' })).toBeVisible();
  await page.keyboard.press('End');
  await expect(tab('Context')).toBeFocused();
  for (const one of await pane.getByRole('tab').all()) {
    expect((await one.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(TOUCH_MIN);
  }
  await page.keyboard.press('Escape');
  await expect(pane).toBeHidden();
  await expect(opener(page)).toBeFocused();
});

test('beside the conversation it stays open over a reload, and closed it stays closed', async ({ owner: page, opencode }) => {
  const talk = await begin(page, opencode, 'Remembered');
  await openContext(page);
  await expect(paneOf(page)).toBeVisible();
  await talk.reload();
  if (!isWide(page)) {
    await expect(opener(page)).toBeEnabled();
    await expect(paneOf(page)).toBeHidden();
    return;
  }
  await expect(paneOf(page).getByRole('tab', { name: 'Context' })).toHaveAttribute('aria-selected', 'true');
  await paneOf(page).getByRole('button', { name: 'Close' }).click();
  await expect(opener(page)).toBeFocused();
  await talk.reload();
  await expect(opener(page)).toBeEnabled();
  await expect(paneOf(page)).toBeHidden();
});

test('at 200 % zoom it comes over the conversation and nothing scrolls sideways', { tag: '@desktop' }, async ({ owner: page, opencode }) => {
  const talk = await begin(page, opencode, 'Zoomed');
  await talk.say('[[bash cmd="printf one > zoomed.txt"]] [[say "Made."]]');
  await talk.expectAnswer('Made.');
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.setViewportSize({ width: width / 2, height: height / 2 });
  await changesButton(page).click();
  await expect(paneOf(page).locator('summary').filter({ hasText: 'zoomed.txt' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await look(page, 'pane-zoomed');
  rmSync(join(opencode.directory, 'zoomed.txt'), { force: true });
});
