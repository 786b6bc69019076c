/** Before the program arrives: the page can be read, and what is typed or filled in stays. */
import type { Page, Route } from '@playwright/test';
import { loginForm, PASSWORD, setupForm, signOut, USER } from '../fixtures/door.ts';
import { live } from '../fixtures/look.ts';
import { freshSession, Talk, wordsOf } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ serviceWorkers: 'block' });

/** Holds the program back until it is let go. */
async function holdProgram(page: Page): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let holding = true;
  await page.route('**/*.wasm', async (route) => {
    if (holding) held.push(route);
    else await route.continue();
  });
  return async () => {
    holding = false;
    for (const route of held) await route.continue();
  };
}

test('the conversation is in the first HTML and does not jump when the program takes over', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'First paint');
  await talk.say('[[markdown]]');
  await expect(talk.answers.getByRole('table')).toBeVisible();
  await talk.expectQuiet();

  const release = await holdProgram(page);
  await page.reload();
  await expect(talk.log.getByRole('table')).toContainText('North pier');
  const before = { words: await wordsOf(talk.log), box: await talk.log.getByRole('table').boundingBox() };
  await release();
  await live(page);
  expect(await wordsOf(talk.log)).toBe(before.words);
  expect(await talk.log.getByRole('table').boundingBox()).toEqual(before.box);
});

test('a message typed before the program arrives stays and can be sent', async ({ owner: page, opencode }) => {
  await freshSession(page, opencode, 'Typed early');
  const release = await holdProgram(page);
  await page.reload();
  const talk = new Talk(page);
  await talk.message.pressSequentially('Typed early [[say "Heard you."]]');
  await release();
  await live(page);
  await expect(talk.message).toHaveValue('Typed early [[say "Heard you."]]');
  await talk.send.click();
  await talk.expectAnswer('Heard you.');
});

test('a login filled in by a password manager before the program arrives is what is sent', async ({ owner: page }) => {
  await signOut(page);
  const release = await holdProgram(page);
  await page.goto('/login');
  const form = loginForm(page);
  // Browsers fill fields without any key being pressed, and often without an event.
  await form.user.evaluate((field, value) => ((field as HTMLInputElement).value = value), USER);
  await form.password.evaluate((field, value) => ((field as HTMLInputElement).value = value), PASSWORD);
  await release();
  await page.waitForLoadState('networkidle');
  await expect(form.user).toHaveValue(USER);
  await expect(form.password).toHaveValue(PASSWORD);
  await form.signIn.click();
  await expect(page).not.toHaveURL(/\/login/);
});

test('an owner made before the program arrives', async ({ page, nexus }) => {
  const release = await holdProgram(page);
  await page.goto(await nexus.setupUrl());
  const form = setupForm(page);
  await form.user.fill(USER);
  await form.password.fill(PASSWORD);
  await form.repeat.fill(PASSWORD);
  if ((await form.token.inputValue()) === '') await form.token.fill(nexus.setupToken() ?? '');
  await form.create.click();
  await expect(page).not.toHaveURL(/\/setup/);
  await release();
  await live(page);
});
