/** Before the program arrives: the page can be read, and what is typed or filled in stays. */
import type { Page, Route } from '@playwright/test';
import { loginForm, PASSWORD, setupForm, signOut, USER } from '../fixtures/door.ts';
import { live } from '../fixtures/look.ts';
import { freshSession, sessionOf, Talk, wordsOf } from '../fixtures/talk.ts';
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

test('a message goes to whom the first HTML names, while what can be chosen is still on its way', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Chosen early');
  const agent = page.getByRole('button', { name: 'Agent', exact: true });
  await expect(agent).not.toHaveText('Agent');
  const held: Route[] = [];
  await page.route('**/api/workspaces/catalog', (route) => void held.push(route));
  const release = await holdProgram(page);
  await page.reload();
  const named = { agent: await wordsOf(agent), model: await wordsOf(page.getByRole('button', { name: 'Model', exact: true })) };
  expect(named).not.toEqual({ agent: 'Agent', model: 'Model' });
  await release();
  await live(page);
  await talk.say('To whom [[say "To me."]]');
  await talk.expectAnswer('To me.');
  interface Stored { info: { role: string; agent?: string; model?: { providerID: string; modelID: string } } }
  const all = (await opencode.ask(`/session/${sessionOf(page)}/message`)) as Stored[];
  const said = all.find((it) => it.info.role === 'user')?.info;
  expect(said?.agent).toBe(named.agent);
  const { providers } = (await opencode.ask('/config/providers')) as { providers: { id: string; models: Record<string, { name: string }> }[] };
  const model = providers.find((it) => it.id === said?.model?.providerID)?.models[said?.model?.modelID ?? ''];
  expect(model?.name).toBe(named.model);
  for (const route of held) await route.continue();
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
