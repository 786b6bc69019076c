/** The list of sessions, what can be done with one, and the inbox. */
import type { Locator, Page } from '@playwright/test';
import { expectNoSidewaysScroll, live, look } from '../fixtures/look.ts';
import { freshSession, openSessions, sessionOf, Talk } from '../fixtures/talk.ts';
import { expect, failedWith, test } from '../fixtures/test.ts';
import type { OpenCode } from '../peer/opencode.mjs';

/** Longer than a deletion waits. */
const GONE_MS = 15_000;

interface Session {
  id: string;
  title: string;
  time: { archived?: number };
  revert?: { messageID: string };
}

const sessions = async (opencode: OpenCode) => (await opencode.ask('/session?limit=-1')) as Session[];

/** The session with this title in OpenCode itself. */
async function inOpenCode(opencode: OpenCode, title: string): Promise<Session | undefined> {
  return (await sessions(opencode)).find((session) => session.title === title);
}

/** The line of a session in a list: its link and its button. */
const lineOf = (list: Locator, title: string) =>
  list.locator('.session-line').filter({ has: list.page().getByRole('link', { name: new RegExp(`^${title}`) }) });

/** The head of the page. */
const headOf = (page: Page) => page.locator('main header.head');

/** Opens what can be done with a session from its line. */
async function actionsOf(page: Page, list: Locator, title: string): Promise<Locator> {
  const line = lineOf(list, title);
  await line.hover();
  await line.getByRole('button', { name: 'Session actions' }).click();
  const sheet = page.getByRole('dialog', { name: title });
  await expect(sheet).toBeVisible();
  return sheet;
}

/** The same from the head of the session that is open. */
async function actionsHere(page: Page, title: string): Promise<Locator> {
  await headOf(page).getByRole('button', { name: 'Session actions' }).click();
  const sheet = page.getByRole('dialog', { name: title });
  await expect(sheet).toBeVisible();
  return sheet;
}

test('a session is renamed; a title that says nothing is refused beside the field', async ({ owner: page, opencode }) => {
  await opencode.createSession({ title: 'Rename me' });
  const list = await openSessions(page);
  const sheet = await actionsOf(page, list, 'Rename me');
  await look(page, 'session-actions');
  await sheet.getByRole('button', { name: 'Rename' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rename session' });
  const field = dialog.getByRole('textbox', { name: 'Title' });
  await expect(field).toHaveValue('Rename me');
  await field.fill('   ');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog).toContainText('Write a title.');
  await look(page, 'session-rename');
  await field.fill('Renamed by hand');
  await field.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(list.getByRole('link', { name: /^Renamed by hand/ })).toBeVisible();
  await expect.poll(() => inOpenCode(opencode, 'Renamed by hand')).toBeTruthy();
});

test('a deletion can be undone, and one that is not undone is carried out though the page is closed', async ({ owner: page, opencode }, info) => {
  const talk = await freshSession(page, opencode, 'Delete me');
  await expect(talk.message).toBeVisible();
  await (await actionsHere(page, 'Delete me')).getByRole('button', { name: /^Delete/ }).click();
  await expect(page).not.toHaveURL(/\/s\//);
  const toast = page.getByRole('status').filter({ hasText: 'Delete me' });
  await expect(toast).toContainText('is being deleted');
  await expect(toast.getByRole('button', { name: 'Undo' })).toBeFocused();
  let list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^Delete me/ })).toBeHidden();
  await toast.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('log', { name: 'Conversation' })).toBeVisible();
  // Going there closes the drawer.
  if (info.project.name === 'phone') await expect(list).toBeHidden();
  list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^Delete me/ })).toBeVisible();
  expect(await inOpenCode(opencode, 'Delete me')).toBeTruthy();

  await (await actionsOf(page, list, 'Delete me')).getByRole('button', { name: /^Delete/ }).click();
  await expect(page.getByText('is being deleted')).toBeVisible();
  // Looking takes its time, and the first deletion had to be undone within six seconds.
  await look(page, 'session-deleted');
  await page.goto('about:blank');
  await expect.poll(() => inOpenCode(opencode, 'Delete me'), { timeout: GONE_MS }).toBeUndefined();
});

test('a session that is at work is stopped and deleted', async ({ owner: page, opencode, model }, info) => {
  const gate = `deleting-${info.project.name}-${info.testId}`;
  const talk = await freshSession(page, opencode, 'Busy till the end');
  await talk.say(`[[say "Begun."]] [[gate ${gate}]] [[hang]]`);
  await model.gates.reached(gate);
  const id = sessionOf(page);
  await headOf(page).getByRole('button', { name: 'Session actions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Delete/ }).click();
  await expect(page.getByText('is being deleted')).toBeVisible();
  await expect(page.getByText('is being deleted')).toBeHidden({ timeout: GONE_MS });
  expect((await sessions(opencode)).map((session) => session.id)).not.toContain(id);
  expect(await opencode.ask('/session/status')).not.toHaveProperty(id);
});

test('archiving says that there is no way back, and search still finds the session', async ({ owner: page, opencode }) => {
  await opencode.createSession({ title: 'Put away' });
  let list = await openSessions(page);
  await (await actionsOf(page, list, 'Put away')).getByRole('button', { name: 'Archive' }).click();
  const dialog = page.getByRole('dialog', { name: 'Archive this session?' });
  await expect(dialog).toContainText('OpenCode cannot bring an archived session back');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await look(page, 'session-archive');
  await dialog.getByRole('button', { name: 'Archive' }).click();
  await expect(dialog).toBeHidden();
  list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^Put away/ })).toBeHidden();
  expect((await inOpenCode(opencode, 'Put away'))?.time.archived).toBeTruthy();
  await page.getByRole('searchbox', { name: 'Search sessions' }).fill('put AWAY');
  await expect(list.getByRole('link', { name: /^Put away/ })).toContainText('archived');
  await look(page, 'sessions-search');
  await page.getByRole('searchbox', { name: 'Search sessions' }).fill('no such thing anywhere');
  await expect(list.getByText('No session matches.')).toBeVisible();
});

test('a fork has the messages and opens, and one from a message has those before it and its words to say again', async ({
  owner: page,
  opencode,
}) => {
  const talk = await freshSession(page, opencode, 'Forked');
  await talk.say('First words [[say "First answer."]]');
  await talk.expectAnswer('First answer.');
  await talk.expectQuiet();
  await talk.say('Second words [[say "Second answer."]]');
  await talk.expectAnswer('Second answer.');
  await talk.expectQuiet();
  const original = page.url();
  await headOf(page).getByRole('button', { name: 'Session actions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Fork/ }).click();
  await expect(page).not.toHaveURL(original);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('(fork #1)');
  await new Talk(page).expectAnswer('Second answer.');

  await page.goto(original);
  await live(page);
  const mine = page.getByRole('group', { name: 'You said' }).filter({ hasText: 'Second words' });
  await mine.hover();
  await mine.getByRole('button', { name: 'Message actions' }).click();
  await look(page, 'message-actions');
  await page.getByRole('dialog').getByRole('button', { name: /^Fork from here/ }).click();
  await expect(page).not.toHaveURL(original);
  const copy = new Talk(page);
  await copy.expectAnswer('First answer.');
  await expect(copy.answers.filter({ hasText: 'Second answer.' })).toHaveCount(0);
  await expect(copy.message).toHaveValue(/^Second words/);
});

test('what is taken back is said beforehand, shown, and restored; files too', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Reverted');
  await talk.say('A word [[say "Before."]]');
  await talk.expectAnswer('Before.');
  await talk.expectQuiet();
  await talk.say('Write it [[write path="tide.md" content="high"]] [[say "Written."]]');
  await talk.permission.getByRole('button', { name: 'Allow once' }).click();
  await talk.expectAnswer('Written.');
  await talk.expectQuiet();
  const files = async () => JSON.stringify(await opencode.ask('/file?path=.'));
  expect(await files()).toContain('tide.md');

  const mine = page.getByRole('group', { name: 'You said' }).filter({ hasText: 'Write it' });
  await mine.hover();
  await mine.getByRole('button', { name: 'Message actions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Revert to here/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Revert to before this message?' });
  await expect(dialog.getByText('tide.md')).toBeInViewport();
  await look(page, 'session-revert');
  await dialog.getByRole('button', { name: 'Revert', exact: true }).click();
  const back = page.getByRole('region', { name: 'Taken back' });
  await expect(back).toContainText('1 message taken back');
  await expect(back).toContainText('1 file is as it was before');
  await expect(talk.message).toHaveValue(/^Write it/);
  expect(await files()).not.toContain('tide.md');
  await look(page, 'session-reverted');
  await expectNoSidewaysScroll(page);
  await talk.reload();
  await expect(back).toBeVisible();
  await back.getByRole('button', { name: 'Restore' }).click();
  await expect(back).toBeHidden();
  expect(await files()).toContain('tide.md');
  await expect(talk.message, 'what stands in the conversation again is not sent twice').toHaveValue('');
});

test('a turn that was stopped has not failed', async ({ owner: page, opencode, model }, info) => {
  const gate = `stopped-${info.project.name}-${info.testId}`;
  const talk = await freshSession(page, opencode, 'Stopped by hand');
  await talk.say(`[[say "Begun."]] [[gate ${gate}]] [[hang]]`);
  await model.gates.reached(gate);
  await talk.stop.click();
  await talk.expectQuiet();
  const line = (await openSessions(page)).getByRole('link', { name: /^Stopped by hand/ });
  await expect(line).toContainText('stopped');
  await expect(line).not.toContainText('Failed');
});

test('an address of a server that is not there says so', async ({ owner: page, watch }) => {
  watch.allow(failedWith(404));
  await page.goto('/s/srv_00000000/ses_00000000000000000000000000');
  await expect(page.getByRole('heading', { name: 'This session is not here' })).toBeVisible();
});

test('a conversation is saved and copied as Markdown, and summed up', async ({ owner: page, opencode, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const talk = await freshSession(page, opencode, 'Long and wide');
  await talk.say('Tell me [[say "The *tide* comes in."]]');
  await talk.expectAnswer('The tide comes in.');
  await talk.expectQuiet();
  await headOf(page).getByRole('button', { name: 'Session actions' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('link', { name: /^Save as Markdown/ }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  expect(text).toContain('## You\n\nTell me');
  expect(text).toContain('The *tide* comes in.');
  await page.getByRole('dialog').getByRole('button', { name: /^Copy as Markdown/ }).click();
  await expect(page.getByText('The conversation is on the clipboard.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  await headOf(page).getByRole('button', { name: 'Session actions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Compact/ }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(talk.log).toContainText(/summar/i);
});

test('the list draws some sessions and more on demand; a folder is closed and stays closed over a reload', async ({ owner: page, opencode }) => {
  const other = opencode.sandbox.others[0];
  for (let n = 0; n < 70; n += 1) await opencode.createSession({ title: `Many ${n}.` }, other);
  await opencode.createSession({ title: 'In the other folder' }, other);
  await page.reload();
  await live(page);
  let list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^In the other folder/ })).toBeVisible();
  expect(await list.locator('.session-line').count()).toBeLessThanOrEqual(60);
  await list.getByRole('button', { name: /^Show more/ }).click();
  await expect(list.getByRole('link', { name: /^Many 0\./ })).toBeVisible();
  await list.getByRole('button', { name: 'lamp-room', expanded: true }).click();
  await expect(list.getByRole('link', { name: /^In the other folder/ })).toBeHidden();
  await page.reload();
  await live(page);
  list = await openSessions(page);
  await expect(list.getByRole('button', { name: /lamp-room/, expanded: false })).toBeVisible();
  await expect(list.getByRole('link', { name: /^In the other folder/ })).toBeHidden();
  await look(page, 'sessions-closed-folder');
  await list.getByRole('button', { name: /lamp-room/ }).click();
  await expect(list.getByRole('link', { name: /^In the other folder/ })).toBeVisible();
});

test('sub-sessions stand below their session, and their head leads back', async ({ owner: page, opencode, model }, info) => {
  const gate = `helper-${info.project.name}-${info.testId}`;
  const talk = await freshSession(page, opencode, 'With a helper');
  await talk.say(`With a helper [[task prompt="Look [[gate ${gate}]] [[say seen]]" desc="Look around"]] [[say "Both done."]]`);
  await model.gates.reached(gate);
  let list = await openSessions(page);
  const child = list.getByRole('link', { name: /^Look around/ });
  await expect(child).toBeVisible();
  await look(page, 'sessions-tree');
  model.gates.open(gate);
  await expect(child).not.toContainText('running');
  await child.click();
  const trail = page.getByRole('navigation', { name: 'Breadcrumb' });
  await expect(trail.getByRole('link')).toHaveCount(1);
  await look(page, 'session-child');
  await page.reload();
  await live(page);
  list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^Look around/ })).toBeVisible();
  if (await page.getByRole('button', { name: 'Close sessions' }).isVisible()) await page.getByRole('button', { name: 'Close sessions' }).click();
  await trail.getByRole('link').click();
  await new Talk(page).expectAnswer('Both done.');
});

test('the inbox has every ask of every session, and answers it in place', async ({ owner: page, opencode }) => {
  const ask = async (title: string, words: string) => opencode.send(await opencode.createSession({ title }), words);
  // What other tests left waiting comes first, and is none of this one's.
  for (const [path, answer] of [['/question', 'reject'], ['/permission', 'reply']] as const) {
    for (const { id } of (await opencode.ask(path)) as { id: string }[]) {
      await opencode.ask(`${path}/${id}/${answer}`, { reply: 'reject' });
    }
  }
  await ask('Wants a command', '[[bash cmd="echo from the inbox"]] [[say "Ran."]]');
  await page.goto('/');
  await live(page);
  const inbox = page.getByRole('main').getByRole('region', { name: 'Needs you' });
  const permission = inbox.getByRole('region', { name: 'Permission' });
  await expect(permission).toContainText('echo from the inbox');
  await ask('Wants an answer', '[[question]] [[say "Thank you."]]');
  const waiting = inbox.getByRole('link', { name: /asks/ });
  await expect(waiting).toBeVisible();
  await look(page, 'inbox');
  await expectNoSidewaysScroll(page);
  await inbox.getByRole('button', { name: 'Answer', exact: true }).click();
  const question = inbox.getByRole('region', { name: 'Question' });
  await expect(question).toBeVisible();
  await expect(permission).toBeHidden();
  await question.getByRole('radio', { name: /South pier/ }).check();
  await question.getByRole('button', { name: 'Answer' }).click();
  await expect(question).toBeHidden();
  await expect(permission).toBeVisible();
  // Answered in OpenCode itself while a word is half written: that is said, and the word is not lost.
  await permission.getByText('Deny with a word to the agent').click();
  await permission.getByRole('textbox', { name: 'Word to the agent' }).fill('Use the other log');
  const pending = (await opencode.ask('/permission')) as { id: string; patterns: string[] }[];
  const asked = pending.find((it) => it.patterns.some((pattern) => pattern.includes('from the inbox')));
  await opencode.ask(`/permission/${asked?.id ?? ''}/reply`, { reply: 'once' });
  await expect(inbox.getByRole('status').filter({ hasText: 'answered elsewhere' })).toContainText('Use the other log');
  await expect(inbox.getByRole('button', { name: 'Copy what you wrote' })).toBeVisible();
  await inbox.getByRole('button', { name: 'Dismiss' }).click();
  await expect(inbox).toContainText('Nothing waits for an answer.');
});
