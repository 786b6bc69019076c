/** Everything can be reached and done without a pointer: the main job as a whole, then what it does not come by. */
import type { Locator, Page } from '@playwright/test';
import { PASSWORD, setupForm, USER } from '../fixtures/door.ts';
import { live } from '../fixtures/look.ts';
import { freshSession, openSessions, Talk } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

/** No page has more that can have the focus before what is looked for. */
const TABS_MAX = 80;

/** What is asked stands right before the message: so many are between them at most. */
const ASK_TABS_MAX = 10;

/** Goes on by Tab until `target` has the focus. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab', most = TABS_MAX): Promise<void> {
  await expect(target).toBeVisible();
  // What is asked takes no answer in its first moment.
  await expect(target).toBeEnabled();
  const focused = () => target.evaluate((it) => it === document.activeElement);
  for (let presses = 0; presses < most && !(await focused()); presses += 1) await page.keyboard.press(key);
  await expect(target).toBeFocused();
}

test('the whole main job from the first visit on', { tag: '@desktop' }, async ({ page, nexus, opencode }) => {
  await page.goto(await nexus.setupUrl());
  const setup = setupForm(page);
  await expect(setup.token).not.toHaveValue('');
  for (const [field, words] of [
    [setup.user, USER],
    [setup.password, PASSWORD],
    [setup.repeat, PASSWORD],
  ] as const) {
    await tabTo(page, field);
    await page.keyboard.type(words);
  }
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/\/setup/);
  await live(page);

  await tabTo(page, page.getByRole('button', { name: 'New session' }).first());
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await tabTo(page, dialog.getByRole('button', { name: opencode.directory }));
  await page.keyboard.press('Enter');
  const talk = new Talk(page);
  await tabTo(page, talk.message);
  await page.keyboard.type('Keys [[bash cmd="echo one"]]&[[bash cmd="mkdir two"]] [[question two]] [[say "By keys alone."]]');
  await page.keyboard.press('Enter');

  // Which of the two was asked first is the agent's affair.
  await expect(talk.permission.getByText('1 of 2')).toBeVisible();
  await expect(talk.message).toBeFocused();
  await tabTo(page, talk.permission.getByRole('button', { name: 'Allow once' }), 'Shift+Tab', ASK_TABS_MAX);
  await tabTo(page, talk.permission.getByRole('button', { name: 'Next request' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(talk.permission.getByText('2 of 2')).toBeVisible();
  if (await talk.permission.getByText('mkdir two', { exact: true }).isVisible()) {
    // The last has no next one, so the focus is on the request itself.
    await tabTo(page, talk.permission.getByRole('button', { name: 'Previous request' }));
    await page.keyboard.press('Enter');
  }
  await expect(talk.permission).toContainText('echo one');
  await tabTo(page, talk.permission.getByRole('button', { name: 'Allow once' }));
  await page.keyboard.press('Enter');
  // The focus goes on to what is left.
  await expect(talk.permission).toContainText('mkdir two');
  await expect(talk.permission).toBeFocused();
  await tabTo(page, talk.permission.getByText('Deny with a word to the agent'));
  await page.keyboard.press('Enter');
  await tabTo(page, talk.permission.getByRole('textbox', { name: 'Word to the agent' }));
  await page.keyboard.type('No new folders');
  await page.keyboard.press('Enter');

  await expect(talk.question).toBeVisible();
  await tabTo(page, talk.question.getByRole('radio').last(), 'Shift+Tab');
  await page.keyboard.press('3');
  await page.keyboard.press('2');
  await tabTo(page, talk.question.getByRole('button', { name: 'Answer' }));
  await page.keyboard.press('Enter');
  await talk.expectAnswer('By keys alone.');
  await talk.expectQuiet();
  await expect(talk.message).toBeFocused();

  await page.keyboard.type('[[hang]]');
  await page.keyboard.press('Enter');
  await tabTo(page, talk.stop);
  await page.keyboard.press('Enter');
  await talk.expectQuiet();
  await expect(talk.message).toBeFocused();

  await tabTo(page, page.getByRole('button', { name: 'Account' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Sign out' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/login/);
});

test('Enter sends, Shift+Enter makes a line, and the focus stays in the message', { tag: '@desktop' }, async ({ owner: page, opencode, model }) => {
  const talk = await freshSession(page, opencode, 'By keyboard');
  await talk.message.focus();
  await page.keyboard.type('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('[[say "Two lines."]]');
  await expect(talk.message).toHaveValue('First line\n[[say "Two lines."]]');
  await page.keyboard.press('Enter');
  await talk.expectAnswer('Two lines.');
  await expect(talk.message).toHaveValue('');
  await expect(talk.message).toBeFocused();
  expect(model.turns('First line').length, 'sent once').toBe(1);
});

test('a session is found by search and opened by Enter', { tag: '@desktop' }, async ({ owner: page, opencode }) => {
  await opencode.createSession({ title: 'Needle in the log' });
  await opencode.createSession({ title: 'Hay' });
  const list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^Needle in the log/ })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search sessions' }).fill('needle');
  await expect(list.getByRole('link', { name: /^Hay/ })).toBeHidden();
  await list.getByRole('link', { name: /^Needle in the log/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log', { name: 'Conversation' })).toBeVisible();
});

test('whatever has the focus shows it', { tag: '@desktop' }, async ({ owner: page, opencode }) => {
  await freshSession(page, opencode, 'Focus ring');
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return true;
      const around = [element, element.parentElement, element.closest('form, label')].filter((it): it is Element => it !== null);
      return around.some((it) => {
        const style = getComputedStyle(it);
        return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
      });
    });
    expect(seen, `focus number ${presses + 1} is visible`).toBe(true);
  }
});
