/** What agents ask: queued, by whom, answered in every way and from everywhere, and nothing typed lost. */
import type { Locator, Page } from '@playwright/test';
import { EventEmitter, once } from 'node:events';
import { expectNoSidewaysScroll, look } from '../fixtures/look.ts';
import { freshSession, openSession, sessionOf, type Talk } from '../fixtures/talk.ts';
import { expect, failedWith, NOBODY_THERE, test } from '../fixtures/test.ts';
import type { OpenCode } from '../peer/opencode.mjs';

const STATIONS = [
  { label: 'North pier', description: 'The oldest gauge' },
  { label: 'South pier', description: 'The gauge beside the ferry' },
];

/** A call of the question tool with any questions. */
const asking = (...questions: object[]) => `[[tool question args='${JSON.stringify({ questions })}']]`;

const button = (dock: Locator, name: string) => dock.getByRole('button', { name, exact: true });

/** What OpenCode itself has pending for the session that is open. */
async function pending(page: Page, opencode: OpenCode): Promise<{ id: string }[]> {
  const all = (await opencode.ask('/permission')) as { id: string; sessionID: string }[];
  return all.filter((ask) => ask.sessionID === sessionOf(page));
}

/** What OpenCode itself keeps of the session that is open: the answers as they reached the agent. */
const kept = async (page: Page, opencode: OpenCode) => JSON.stringify(await opencode.ask(`/session/${sessionOf(page)}/message`));

/** Opens the field of the word that goes with a denial. */
async function denialOf(talk: Talk): Promise<Locator> {
  await talk.permission.getByText('Deny with a word to the agent').click();
  return talk.permission.getByRole('textbox', { name: 'Word to the agent' });
}

/** Turns to the next request until the one that is shown has these words. Which of several calls OpenCode asks for first is its own affair. */
async function turnTo(dock: Locator, words: string): Promise<void> {
  await expect(async () => {
    if (!((await dock.textContent()) ?? '').includes(words)) await button(dock, 'Next request').click();
    await expect(dock).toContainText(words, { timeout: 1_000 });
  }).toPass();
}

test('several that wait are told one by one, can be turned to, and those alike are allowed together', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Several asks');
  await talk.say('[[bash cmd="echo one"]]&[[bash cmd="seq 2"]]&[[bash cmd="echo three"]] [[say "All is done."]]');
  await expect(talk.permission.getByText('1 of 3')).toBeVisible();
  await expect(button(talk.permission, 'Previous request')).toBeDisabled();
  const wanted = talk.permission.getByRole('group', { name: 'What it wants' });
  const first = (await wanted.textContent()) ?? '';
  const word = await denialOf(talk);
  await word.fill('Say it otherwise');
  await button(talk.permission, 'Next request').click();
  await expect(talk.permission.getByText('2 of 3')).toBeVisible();
  await expect(wanted).not.toHaveText(first);
  await look(page, 'dock-queue');
  await expectNoSidewaysScroll(page);
  await button(talk.permission, 'Previous request').click();
  await expect(wanted).toHaveText(first);
  await expect(word).toHaveValue('Say it otherwise');
  await word.fill('');

  // Each of them is told exactly before they are allowed at once.
  await turnTo(talk.permission, 'echo');
  await expect(talk.permission.getByRole('group', { name: 'More like this' })).toHaveText(/^echo (one|three)$/);
  await button(talk.permission, 'Allow all 2 like this').click();
  await expect(talk.permission).toContainText('seq 2');
  await expect(talk.permission.getByText(/\d of \d/)).toHaveCount(0);
  await button(talk.permission, 'Allow once').click();
  await talk.expectAnswer('All is done.');
});

test('always says what it will allow, and allows just that', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Always');
  await talk.say('[[bash cmd="uname -s"]] [[bash cmd="uname -r"]] [[bash cmd="date -u"]] [[say "Three commands."]]');
  await expect(talk.permission).toContainText('“Always allow” lets every session in tidewatch, until OpenCode restarts, use bash for uname *');
  await button(talk.permission, 'Always allow').click();
  await expect(talk.permission).toContainText('date -u');
  await expect(talk.permission.getByRole('group', { name: 'What it wants' })).toHaveText('date -u');
  await button(talk.permission, 'Allow once').click();
  await talk.expectAnswer('Three commands.');
});

test('a denial takes a word along, and the agent goes on with it', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Denied with a word');
  await talk.say('Clean up [[bash cmd="touch never-made"]] [[say "I heed it."]]');
  const word = await denialOf(talk);
  await expect(word).toBeFocused();
  await word.fill('Ask the harbour office first');
  await look(page, 'dock-deny');
  await button(talk.permission, 'Deny').click();
  await talk.expectAnswer('I heed it.');
  const tool = talk.log.locator('summary').filter({ hasText: 'touch never-made' });
  await expect(tool).toContainText('Denied');
  await tool.click();
  await talk.expectAnswer('You did not allow it, and said: Ask the harbour office first');
  expect(await kept(page, opencode), 'the word reached the agent').toContain('Ask the harbour office first');
});

test('a phone says in every session that others need the owner', { tag: '@phone' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Needs me');
  await talk.say('Clean up [[bash cmd="touch never-made"]] [[say "Done."]]');
  await expect(talk.permission).toBeVisible();
  // What asks here is seen here; of what other tests left only the number is told.
  const badge = page.getByRole('img', { name: /^\d+ other sessions? needs? you$/ });
  const before = (await badge.isVisible()) ? Number(await badge.textContent()) : 0;
  await freshSession(page, opencode, 'Elsewhere');
  await expect(badge).toHaveText(`${before + 1}`);
  await look(page, 'badge');
});

test('a sub-agent is named with what it was told, and its request stops the session of the owner', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Helper asks');
  await talk.say(`[[task prompt="Count [[bash cmd='ls logs']] [[say 'Six lines.']]" desc="Count the lines"]] [[say "It counted."]]`);
  await expect(talk.permission).toContainText('Asked by the sub-agent general, for “Count the lines” in tidewatch.');
  await look(page, 'dock-helper');
  await expect(talk.permission.getByRole('link', { name: 'See its work' })).toHaveAttribute('href', /\/s\/[^/]+\/ses_/);
  await button(talk.permission, 'Allow once').click();
  await talk.expectAnswer('It counted.');
});

test('answered in OpenCode itself it goes everywhere, and what was typed is kept', async ({ owner: page, another, opencode }) => {
  const talk = await freshSession(page, opencode, 'Terminal');
  const second = await openSession(await another(), 'Terminal');
  await talk.say('[[bash cmd="echo from the terminal"]] [[say "Ran there."]]');
  const word = await denialOf(talk);
  await word.fill('Use the other log');
  const [ask] = await pending(page, opencode);
  await opencode.ask(`/permission/${ask?.id ?? ''}/reply`, { reply: 'once' });
  await expect(talk.permission).toBeHidden();
  await expect(second.permission).toBeHidden();
  const left = page.getByText('answered elsewhere, or its turn has ended');
  await expect(left).toBeVisible();
  await look(page, 'dock-left');
  await page.getByRole('button', { name: 'Put into the message' }).click();
  await expect(talk.message).toHaveValue('Use the other log');
  await expect(left).toBeHidden();
  await talk.expectAnswer('Ran there.');
});

test('whoever answers second is told who was first', async ({ owner: page, another, opencode, watch }) => {
  watch.allow(failedWith(409), failedWith(500));
  const first = await freshSession(page, opencode, 'Race');
  const second = await openSession(await another(), 'Race');
  await first.say('[[bash cmd="echo race"]] [[say "Ran once."]]');
  await expect(second.permission).toBeVisible();
  // The second answer is slow on its way.
  const way = new EventEmitter();
  const held = once(way, 'free');
  await second.page.route('**/api/asks/reply', async (route) => {
    await held;
    await route.continue();
  });
  await button(second.permission, 'Deny').click();
  await button(first.permission, 'Allow once').click();
  await expect(first.permission).toBeHidden();
  await expect(second.permission).toBeHidden();
  way.emit('free');
  await expect(second.page.getByText('was first and allowed it once.')).toBeVisible();
  await second.page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(second.page.getByText('was first')).toBeHidden();
  await first.expectAnswer('Ran once.');
});

test('an answer that does not arrive says so, and can be given again', async ({ owner: page, opencode, watch }) => {
  watch.allow(NOBODY_THERE);
  const talk = await freshSession(page, opencode, 'Lost answer');
  await talk.say('[[bash cmd="echo again"]] [[say "Second try."]]');
  await page.route('**/api/asks/reply', (route) => route.abort(), { times: 1 });
  await button(talk.permission, 'Allow once').click();
  await expect(talk.permission).toContainText('The connection failed before the answer arrived.');
  await look(page, 'dock-failed');
  await button(talk.permission, 'Allow once').click();
  await talk.expectAnswer('Second try.');
});

test('the request of a stopped turn goes with it and does not come back as a ghost', async ({ owner: page, opencode, model }, info) => {
  const gate = `ghost-${info.testId}-${info.project.name}`;
  const talk = await freshSession(page, opencode, 'Ghost');
  await talk.say('[[bash cmd="echo ghost"]]');
  await expect(talk.permission).toContainText('echo ghost');
  await talk.stop.click();
  await expect(talk.permission).toBeHidden();
  await talk.expectQuiet();
  expect(await pending(page, opencode), 'OpenCode goes on listing it').toHaveLength(1);
  // Also not while a later turn runs, when everything is read afresh.
  await talk.say(`[[say "I am at it."]] [[gate ${gate}]] [[say "Done."]]`);
  await model.gates.reached(gate);
  await talk.reload();
  await talk.expectAnswer('I am at it.');
  await expect(talk.permission).toBeHidden();
  model.gates.open(gate);
  await talk.expectAnswer('Done.');
});

test('a double tap allows one request, not the next that comes up in its place', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Double tap');
  await talk.say('[[bash cmd="echo one"]]&[[bash cmd="seq 2"]] [[say "Both ran."]]');
  await expect(talk.permission.getByText('1 of 2')).toBeVisible();
  const allow = button(talk.permission, 'Allow once');
  await expect(allow).toBeEnabled();
  const place = await allow.boundingBox();
  await page.mouse.dblclick((place?.x ?? 0) + 20, (place?.y ?? 0) + 20);
  await expect(talk.permission.getByText('of 2')).toBeHidden();
  await expect(allow).toBeEnabled();
  expect(await pending(page, opencode), 'one still waits').toHaveLength(1);
  await allow.click();
  await talk.expectAnswer('Both ran.');
});

test('a stop that does not arrive says so', async ({ owner: page, opencode, model, watch }, info) => {
  watch.allow(NOBODY_THERE);
  const gate = `stop-${info.testId}-${info.project.name}`;
  const talk = await freshSession(page, opencode, 'Lost stop');
  await talk.say(`[[say "At it."]] [[gate ${gate}]] [[say "Done."]]`);
  await model.gates.reached(gate);
  await page.route('**/api/sessions/abort', (route) => route.abort());
  await talk.stop.click();
  await expect(page.getByText('The connection failed before the answer arrived.')).toBeVisible();
  model.gates.open(gate);
  await talk.expectAnswer('Done.');
  await expect(page.getByText('The connection failed before the answer arrived.')).toBeHidden();
});

test('questions of every shape are answered', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Shapes');
  await talk.say(
    `Shapes ${asking(
      { question: 'Which stations?', header: 'Stations', options: STATIONS, multiple: true },
      { question: 'In which unit?', header: 'Unit', options: [{ label: 'Metres', description: '' }, { label: 'Feet', description: '' }] },
      { question: 'What shall it be called?', header: 'Name', options: [] },
    )} [[say "Thank you."]]`,
  );
  const answer = button(talk.question, 'Answer');
  await expect(talk.question.getByText('0 of 3 answered')).toBeVisible();
  await expect(answer).toBeDisabled();
  await look(page, 'dock-questions');
  await expectNoSidewaysScroll(page);
  await talk.question.getByRole('checkbox', { name: /North pier/ }).check();
  await talk.question.getByRole('checkbox', { name: /South pier/ }).check();
  // Own words count until an option is chosen, and are not lost by it.
  const unit = talk.question.getByRole('group', { name: /In which unit/ });
  await unit.getByRole('textbox', { name: 'Your own words' }).fill('Fathoms');
  await unit.getByRole('radio', { name: 'Feet' }).check();
  await expect(unit.getByRole('textbox', { name: 'Your own words' })).toHaveValue('Fathoms');
  const name = talk.question.getByRole('group', { name: /be called/ }).getByRole('textbox', { name: 'Your own words' });
  await name.fill('tides.csv');
  await expect(talk.question.getByText('3 of 3 answered')).toBeVisible();
  await answer.click();
  await talk.expectAnswer('Thank you.');
  const told = await kept(page, opencode);
  for (const words of ['North pier', 'South pier', 'Feet', 'tides.csv']) expect(told).toContain(words);
  expect(told).not.toContain('Fathoms');
});

test('digits choose and Enter answers, and the focus goes on to the message', { tag: '@desktop' }, async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Digits');
  await talk.say('[[question two]] [[say "By digits."]]');
  await expect(talk.question).toBeVisible();
  // While something is written, digits are written.
  await talk.message.fill('12');
  await expect(talk.question.getByRole('radio', { checked: true })).toHaveCount(0);
  await talk.message.fill('');
  await talk.log.focus();
  await page.keyboard.press('2');
  await expect(talk.question.getByRole('radio', { name: /South pier/ })).toBeChecked();
  await page.keyboard.press('1');
  await expect(talk.question.getByRole('radio', { name: /Metres/ })).toBeChecked();
  await talk.question.getByRole('radio', { name: /Metres/ }).focus();
  await page.keyboard.press('Enter');
  await talk.expectAnswer('By digits.');
  await expect(talk.message).toBeFocused();
});

test('own words that are half written survive a reload', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Half written');
  await talk.say('[[question]] [[say "Well said."]]');
  const own = talk.question.getByRole('textbox', { name: 'Your own words' });
  await own.fill('The lightship');
  await talk.reload();
  await expect(own).toHaveValue('The lightship');
  await button(talk.question, 'Answer').click();
  await talk.expectAnswer('Well said.');
});
