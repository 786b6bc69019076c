/** The whole main job by the keyboard alone, two requests that wait at once included. */
import type { Locator, Page } from '@playwright/test';
import { PASSWORD, setupForm, USER } from '../fixtures/door.ts';
import { live } from '../fixtures/look.ts';
import { Talk } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

/** No page has more that can have the focus before what is looked for. */
const TABS_MAX = 80;

/** Goes on by Tab until `target` has the focus. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();
  const focused = () => target.evaluate((it) => it === document.activeElement);
  for (let presses = 0; presses < TABS_MAX && !(await focused()); presses += 1) await page.keyboard.press(key);
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

  // What is asked stands before the message. Which of the two was asked first is the agent's affair.
  await expect(talk.permission.getByText('1 of 2')).toBeVisible();
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

  await tabTo(page, page.getByRole('button', { name: 'Account' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Sign out' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/login/);
});
