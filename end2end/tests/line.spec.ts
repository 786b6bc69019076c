/** A phone and a desktop side by side, one of them on a line that breaks, and devices that are away for long. */
import { createOwner } from '../fixtures/door.ts';
import { Nexus } from '../fixtures/nexus.ts';
import { DESKTOP, PHONE } from '../fixtures/sizes.ts';
import { freshSession, openSession, sessionOf, wordsOf } from '../fixtures/talk.ts';
import { expect, NOBODY_THERE, test } from '../fixtures/test.ts';
import type { OpenCode } from '../peer/opencode.mjs';
import { Strait } from '../peer/strait.mjs';

/** How often the line breaks in the middle of an answer. */
const BREAKS = 4;
/** What streams from one break to the next, in words: none of them may be lost or come twice. */
const WORDS = 120;
/** Where nobody listens. */
const NOWHERE = 'http://127.0.0.1:1';
/** The browser's own lines while it has no network. */
const NO_NETWORK = /^console error: Failed to load resource: net::ERR_INTERNET_DISCONNECTED/;

/** The messages of the owner that OpenCode itself has in a session, by their first word. */
async function said(opencode: OpenCode, session: string): Promise<string[]> {
  interface Stored { info: { role: string }; parts: { type: string; text?: string }[] }
  const all = (await opencode.ask(`/session/${session}/message`)) as Stored[];
  return all.filter((it) => it.info.role === 'user').map((it) => (it.parts.find((part) => part.type === 'text')?.text ?? '').split(' ')[0] ?? '');
}

/** The owner comes through a passage that can be cut; `another` comes straight. */
const onBadLine = test.extend<{ line: Strait }>({
  line: async ({}, use) => {
    const line = await Strait.open(NOWHERE);
    await use(line);
    line.close();
  },
  nexus: async ({ opencode, line }, use) => {
    const nexus = await Nexus.start({ opencode: opencode.url, origin: line.url });
    line.beyond = new URL(nexus.url);
    await use(nexus);
    await nexus.stop();
    nexus.remove();
  },
  baseURL: async ({ line }, use) => use(line.url),
  owner: async ({ page, nexus, line, watch }, use) => {
    watch.accept(line.url);
    const setup = new URL(await nexus.setupUrl());
    await createOwner(page, `${line.url}/setup${setup.hash}`);
    await use(page);
  },
});

onBadLine('one on a line that breaks, one on a good one: both say and show the same, each word once', async ({ owner, another, line, opencode, model, watch }, info) => {
  watch.allow(NOBODY_THERE);
  const gate = (at: number) => `break-${at}-${info.testId}-${info.project.name}`;
  const first = await freshSession(owner, opencode, `Side by side ${info.project.name}`);
  const session = sessionOf(owner);
  const second = await openSession(await another(), `Side by side ${info.project.name}`);
  const other = info.project.name === 'phone' ? DESKTOP : PHONE;
  if (other.viewport) await second.page.setViewportSize(other.viewport);

  const stretches = Array.from({ length: BREAKS }, (_, at) => `[[count to=${WORDS}]] [[gate ${gate(at)}]]`);
  await first.say(`Long ${stretches.join(' ')} [[say "The end."]]`);
  for (let at = 0; at < BREAKS; at += 1) {
    await model.gates.reached(gate(at));
    line.cut();
    model.gates.open(gate(at));
  }
  // While it still comes, both say something; the line breaks once more over it.
  const both = Promise.all([first.say('Here [[say "Heard here."]]'), second.say('There [[say "Heard there."]]')]);
  line.cut();
  await both;
  for (const talk of [first, second]) {
    await talk.expectAnswer('The end.');
    await expect(talk.connection).toHaveText('Live');
  }
  await expect.poll(async () => (await said(opencode, session)).sort()).toEqual(['Here', 'Long', 'There']);
  await first.expectQuiet();
  await second.expectQuiet();
  await expect(first.log.getByText(/^(?:Waits|Sending|Sent)/)).toHaveCount(0);
  await expect.poll(() => wordsOf(second.log)).toBe(await wordsOf(first.log));
  const here = await wordsOf(first.log);
  await first.reload();
  expect(await wordsOf(first.log), 'the same as a page that begins anew').toBe(here);
});

onBadLine('an answer that ends while the line is down is complete once it is up again', async ({ owner: page, line, nexus, opencode, model, watch }, info) => {
  watch.allow(NOBODY_THERE);
  const gate = `unheard-${info.testId}-${info.project.name}`;
  const talk = await freshSession(page, opencode, `Ends unheard ${info.project.name}`);
  await talk.say(`[[count to=${WORDS}]] [[gate ${gate}]] [[count to=${WORDS}]] [[say "The end."]]`);
  await model.gates.reached(gate);
  line.beyond = new URL(NOWHERE);
  line.cut();
  await expect(talk.connection).toHaveText(/^(?:Reconnecting|Nexus unreachable)$/);
  model.gates.open(gate);
  const stored = async () => JSON.stringify(await opencode.ask(`/session/${sessionOf(page)}/message`));
  await expect.poll(stored).toContain('120The end.');
  await expect.poll(() => opencode.ask('/session/status')).not.toHaveProperty(sessionOf(page));
  await expect(talk.answers.filter({ hasText: 'The end.' })).toHaveCount(0);
  line.beyond = new URL(nexus.url);
  await talk.expectAnswer('The end.');
  await talk.expectQuiet();
  await expect(talk.connection).toHaveText('Live');
  const here = await wordsOf(talk.log);
  await talk.reload();
  expect(await wordsOf(talk.log), 'the same as a page that begins anew').toBe(here);
});

test('a lid that was closed overnight: the page is complete once it is opened', async ({ owner: page, opencode }) => {
  await page.clock.install();
  const talk = await freshSession(page, opencode, 'Overnight');
  await talk.say('[[say "Good night."]]');
  await talk.expectAnswer('Good night.');
  await opencode.prompt(sessionOf(page), '[[say "Said at night."]]');
  // All timers stand still, and then it is morning.
  await page.clock.fastForward('09:00:00');
  await talk.expectAnswer('Said at night.');
  await expect(talk.connection).toHaveText('Live');
});

test('what was said before a day without network goes out once when it is over', async ({ owner: page, context, opencode, watch }, info) => {
  watch.allow(NO_NETWORK, NOBODY_THERE);
  await page.clock.install();
  const talk = await freshSession(page, opencode, `A day away ${info.project.name}`);
  await context.setOffline(true);
  await talk.say('Yesterday [[say "Heard today."]]');
  await expect(talk.log.locator('.user').filter({ hasText: 'Yesterday' })).toContainText('Waits');
  await page.clock.fastForward('24:00:00');
  await expect(talk.log.locator('.user').filter({ hasText: 'Yesterday' })).toContainText('Waits');
  await context.setOffline(false);
  await talk.expectAnswer('Heard today.');
  await talk.expectQuiet();
  expect(await said(opencode, sessionOf(page))).toEqual(['Yesterday']);
});
