/** The whole main job by accessible names alone: what somebody does who hears the page. */
import { fillSetup, signIn, signOut, PASSWORD, USER } from '../fixtures/door.ts';
import { live } from '../fixtures/look.ts';
import { sessionOf } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

test('from the first visit to the last word, everything is found by role and name', async ({ page, nexus, opencode }) => {
  await page.goto(await nexus.setupUrl());
  await expect(page.getByLabel('Setup token')).not.toHaveValue('');
  await fillSetup(page);
  await signOut(page);
  await page.getByRole('checkbox', { name: 'Keep me signed in' }).check();
  await signIn(page, { user: USER, password: PASSWORD });

  const sessions = page.getByRole('navigation', { name: 'Sessions' });
  if (!(await sessions.isVisible())) await page.getByRole('button', { name: 'Sessions', exact: true }).click();
  await sessions.getByRole('button', { name: 'New session' }).click();
  await page.getByRole('dialog').getByRole('button', { name: opencode.directory }).click();

  const message = page.getByRole('textbox', { name: 'Message' });
  const conversation = page.getByRole('log', { name: 'Conversation' });
  await expect(conversation).toHaveAttribute('aria-live', 'off');
  await expect(page.getByRole('status', { name: 'Connection' })).toHaveText('Live');
  await message.fill('Named [[bash cmd="echo by name"]] [[question two]] [[say "Said at last."]]');
  await page.getByRole('button', { name: 'Send', exact: true }).click();

  const permission = page.getByRole('region', { name: 'Permission' });
  await expect(permission.getByRole('heading', { name: 'Run a command?' })).toBeVisible();
  for (const name of ['Allow once', 'Always allow', 'Deny']) {
    await expect(permission.getByRole('button', { name, exact: true })).toBeEnabled();
  }
  await permission.getByRole('button', { name: 'Allow once' }).click();

  const question = page.getByRole('region', { name: 'Question' });
  await question.getByRole('group', { name: /Which station/ }).getByRole('radio', { name: /^South pier/ }).check();
  await question.getByRole('group', { name: /In which unit/ }).getByRole('textbox', { name: 'Your own words' }).fill('Fathoms');
  await question.getByRole('button', { name: 'Answer' }).click();
  await expect(conversation.getByText('Said at last.', { exact: true })).toBeVisible();

  await expect(page.getByRole('button', { name: 'Model' })).toBeEnabled();
  await expect(page.getByRole('button', { name: 'Agent' })).toBeEnabled();
  await message.fill('[[hang]]');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeHidden();

  const id = sessionOf(page);
  await page.goto('/');
  await live(page);
  if (!(await sessions.isVisible())) await page.getByRole('button', { name: 'Sessions', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Search sessions' }).fill('Named');
  await sessions.getByRole('link', { name: /^Named/ }).click();
  await expect(page).toHaveURL(new RegExp(`/${id}$`));
  await signOut(page);
});
