/** Processes come and go; what was said stays, and what is broken is named. */
import { live, look } from '../fixtures/look.ts';
import { freshSession, openSessions, sessionOf, wordsOf } from '../fixtures/talk.ts';
import { expect, failedWith, NOBODY_THERE, test } from '../fixtures/test.ts';

test('Nexus is restarted: the same transcript, still signed in, and the open page goes on by itself', async ({ owner: page, nexus, opencode, watch }) => {
  watch.allow(NOBODY_THERE, failedWith(503));
  const talk = await freshSession(page, opencode, 'Over a restart');
  await talk.say('[[say "Said before the restart."]]');
  await talk.expectAnswer('Said before the restart.');
  await talk.expectQuiet();
  const before = await wordsOf(talk.log);

  expect(await nexus.stop(), 'it ends by itself and in good order').toBe(0);
  await expect(talk.connection).not.toContainText('Live');
  await look(page, 'session-offline');
  await nexus.launch();
  await expect(talk.connection).toContainText('Live');
  await talk.say('[[say "Said after the restart."]]');
  await talk.expectAnswer('Said after the restart.');
  expect(await wordsOf(talk.log)).toContain(before);

  await talk.reload();
  await expect(page).not.toHaveURL(/\/login/);
  await talk.expectAnswer('Said before the restart.');
  await talk.expectAnswer('Said after the restart.');
});

test('an answer that streams while Nexus is away is there when it is back', async ({ owner: page, nexus, opencode, model, watch }, info) => {
  watch.allow(NOBODY_THERE, failedWith(503));
  const gate = `away-${info.testId}-${info.project.name}`;
  const talk = await freshSession(page, opencode, 'While away');
  await talk.say(`[[say "Before, "]] [[gate ${gate}]] [[say "meanwhile."]]`);
  await model.gates.reached(gate);
  await talk.expectAnswer('Before,');
  await nexus.stop();
  model.gates.open(gate);
  await nexus.launch();
  await talk.expectAnswer('Before, meanwhile.');
  await talk.expectQuiet();
});

test('OpenCode is killed in the middle of an answer: it is said, survived, and the talk goes on', async ({ owner: page, opencode, model }, info) => {
  const gate = `crash-${info.testId}-${info.project.name}`;
  const talk = await freshSession(page, opencode, 'Over a crash');
  await talk.say('[[say "A whole answer."]]');
  await talk.expectAnswer('A whole answer.');
  await talk.expectQuiet();
  await talk.say(`[[say "Half an answer "]] [[gate ${gate}]] [[say "never finished"]]`);
  await model.gates.reached(gate);
  await talk.expectAnswer('Half an answer');

  await opencode.kill();
  try {
    await expect(talk.connection).not.toContainText(/^Live$/);
    await expect(talk.connection).toContainText(/OpenCode|server/i);
    // Whether it still runs cannot be known, and is not said.
    const list = await openSessions(page);
    await expect(list.getByRole('link', { name: /^(?:Over a crash|A whole answer|Half an answer)/ })).toContainText('waiting for the connection');
    await page.keyboard.press('Escape');
    const cursor = await talk.log
      .locator('.prose.open')
      .last()
      .evaluate((words) => getComputedStyle(words.lastElementChild ?? words, '::after').display);
    expect(cursor, 'no cursor promises more words').toBe('none');
    await look(page, 'session-server-down');
  } finally {
    await opencode.start();
  }
  await expect(talk.connection).toContainText('Live');
  await talk.expectQuiet();
  await talk.expectAnswer('A whole answer.');
  await talk.expectAnswer(/interrupted|cut off|stopped/i);
  await talk.say('[[say "And on it goes."]]');
  await talk.expectAnswer('And on it goes.');
  await talk.expectNoAnswer('never finished');
});

test('a page that was offline for a while catches up without a reload', async ({ owner: page, context, opencode, watch }) => {
  watch.allow(/^console error: Failed to load resource: net::ERR_INTERNET_DISCONNECTED/, NOBODY_THERE);
  const talk = await freshSession(page, opencode, 'Out of the tunnel');
  const session = sessionOf(page);
  await context.setOffline(true);
  await opencode.prompt(session, '[[say "Said while you were away."]]');
  await context.setOffline(false);
  await talk.expectAnswer('Said while you were away.');
  await live(page);
});
