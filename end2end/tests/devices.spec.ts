/** Two browsers of one owner: the same words at the same time, and one answer is enough. */
import type { Page } from '@playwright/test';
import { freshSession, openSession, openSessions, Talk, wordsOf } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

test('a second browser sees the same, live, from the middle of an answer on', async ({ owner, another, opencode, model }, info) => {
  const gates = { early: `early-${info.testId}-${info.project.name}`, late: `late-${info.testId}-${info.project.name}` };
  const first = await freshSession(owner, opencode, 'Two screens');
  await first.say(`[[say "Seen by one. "]] [[gate ${gates.early}]] [[say "Seen by both. "]] [[gate ${gates.late}]] [[say "The end."]]`);
  await model.gates.reached(gates.early);
  await first.expectAnswer('Seen by one.');

  const second = await openSession(await another(), 'Seen by one|Two screens');
  await second.expectAnswer('Seen by one.');
  model.gates.open(gates.early);
  await model.gates.reached(gates.late);
  await first.expectAnswer('Seen by both.');
  await second.expectAnswer('Seen by both.');
  await second.expectNoAnswer('The end.');
  model.gates.open(gates.late);
  await second.expectAnswer('Seen by one. Seen by both. The end.');
  await first.expectAnswer('Seen by one. Seen by both. The end.');
  await first.expectQuiet();
  await second.expectQuiet();
  await expect.poll(() => wordsOf(second.log)).toBe(await wordsOf(first.log));
});

test('what one browser asks and answers appears and goes away on the other', async ({ owner, another, opencode }) => {
  const first = await freshSession(owner, opencode, 'Shared ask');
  const second = await openSession(await another(), 'Shared ask');
  await first.say('[[bash cmd="echo from the first screen"]] [[say "Ran once."]]');
  await expect(first.permission).toContainText('echo from the first screen');
  await expect(second.permission).toContainText('echo from the first screen');
  await second.permission.getByRole('button', { name: 'Allow once' }).click();
  await expect(first.permission).toBeHidden();
  await expect(second.permission).toBeHidden();
  await first.expectAnswer('Ran once.');
  await second.expectAnswer('Ran once.');
});

test('a session made on one screen comes up in the list of the other', async ({ owner, another, opencode }) => {
  const second = await another();
  await freshSession(owner, opencode, 'Brand new here');
  await openSession(second, 'Brand new here');
});

test('an answer that nobody saw is marked new on both screens, until one of them reads it', async ({ owner, another, opencode }) => {
  const second = await another();
  const session = await opencode.createSession({ title: 'While nobody looked' });
  await opencode.send(session, 'Alone [[say "Said to nobody."]]');
  const rowOn = async (page: Page) => (await openSessions(page)).locator(`a[href$="${session}"]`);
  const [here, there] = [await rowOn(owner), await rowOn(second)];
  await expect(here).toContainText('New');
  await expect(there).toContainText('New');
  await here.click();
  await new Talk(owner).expectAnswer('Said to nobody.');
  await expect(there).not.toContainText('New');
  await expect(await rowOn(owner)).not.toContainText('New');
});
