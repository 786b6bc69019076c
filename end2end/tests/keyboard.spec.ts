/** Everything can be reached and done without a pointer. */
import { openSessions, freshSession } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

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

test('an ask is reached by Tab and answered by Enter', { tag: '@desktop' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Asked by keyboard');
  await talk.say('[[bash cmd="echo by keyboard"]] [[say "Allowed."]]');
  const allow = talk.permission.getByRole('button', { name: 'Allow once' });
  await expect(allow).toBeVisible();
  for (let presses = 0; presses < 60 && !(await allow.evaluate((button) => button === document.activeElement)); presses += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(allow).toBeFocused();
  await page.keyboard.press('Enter');
  await talk.expectAnswer('Allowed.');
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
