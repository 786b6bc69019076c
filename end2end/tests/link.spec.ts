/** What lies between the page and Nexus fails, is held back or is crowded: nothing is lost, and it is said. */
import type { Page } from '@playwright/test';
import { live } from '../fixtures/look.ts';
import { freshSession, openSessions, sessionOf, Talk, wordsOf } from '../fixtures/talk.ts';
import { expect, failedWith, test } from '../fixtures/test.ts';

/** A stream is given up after 12 s of silence while an agent works, and tried again within seconds. */
const SILENCE_MS = 40_000;
/** What comes within this time comes at once; the page waits longer before it says that it waits. */
const MOMENT_MS = 300;

/** Makes a page believe that it is looked at, or not. */
async function show(page: Page, visible: boolean): Promise<void> {
  await page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visible ? 'visible' : 'hidden');
}

test('a conversation that takes long says so, after a moment and not before', async ({ owner: page, opencode, nexus }) => {
  const session = await opencode.createSession({ title: 'Takes long' });
  await opencode.prompt(session, 'Come [[say "It came."]]');
  await freshSession(page, opencode, 'From here');
  const list = await openSessions(page);
  const link = list.locator(`a[href$="${session}"]`);
  await expect(link).toBeVisible();
  nexus.pause();
  const pressed = await page.evaluate(() => {
    const state = { from: 0, after: 0 };
    Object.assign(globalThis, { state });
    addEventListener('click', () => (state.from = performance.now()), { capture: true, once: true });
    new MutationObserver((_, observer) => {
      if (!document.querySelector('main .waiting')) return;
      state.after = performance.now() - state.from;
      observer.disconnect();
    }).observe(document.body, { subtree: true, childList: true });
    return true;
  });
  expect(pressed).toBe(true);
  await link.click();
  await expect(page.getByText('Loading the conversation')).toBeVisible();
  expect(await page.evaluate(() => (globalThis as unknown as { state: { after: number } }).state.after)).toBeGreaterThan(MOMENT_MS);
  nexus.resume();
  await new Talk(page).expectAnswer('It came.');
  await expect(page.getByText('Loading the conversation')).toBeHidden();
});

test('a Nexus that falls silent is noticed, and what was said meanwhile is there when it speaks again', async ({ owner: page, opencode, model, nexus }, info) => {
  const gate = `away-${info.testId}-${info.project.name}`;
  const talk = await freshSession(page, opencode, 'Away for a while');
  const session = sessionOf(page);
  await talk.say(`[[say "Before the break."]] [[gate ${gate}]] [[count to=200]] [[say "After the break."]]`);
  await model.gates.reached(gate);
  await talk.expectAnswer('Before the break.');
  await expect(talk.connection).toHaveText('Live');

  nexus.pause();
  model.gates.open(gate);
  // Once in the prompt, which carries the script, and once in the answer.
  const said = async () => JSON.stringify(await opencode.ask(`/session/${session}/message`)).split('After the break.').length - 1;
  await expect.poll(said).toBe(2);
  await expect(talk.connection).toHaveText(/Reconnecting|Nexus unreachable/, { timeout: SILENCE_MS });
  await talk.expectNoAnswer('After the break.');

  nexus.resume();
  await expect(talk.connection).toHaveText('Live', { timeout: SILENCE_MS });
  await talk.expectAnswer('After the break.');
  await talk.expectQuiet();
  const here = await wordsOf(talk.log);
  await talk.reload();
  expect(await wordsOf(talk.log), 'the same as a page that begins anew').toBe(here);
});

test('where an answer is held back until it ends, the page polls and the words come all the same', async ({ owner: page, opencode, model }, info) => {
  const gate = `held-${info.testId}-${info.project.name}`;
  // What quick tunnels and some proxies do to a stream: nothing arrives before its end, and that never comes.
  await page.route('**/api/stream', () => undefined);
  const talk = await freshSession(page, opencode, 'Held back');
  await page.reload();
  await live(page);
  await expect(talk.connection).toHaveText('Live');
  await talk.say(`[[say "First words."]] [[gate ${gate}]] [[say "Last words."]]`);
  await talk.expectAnswer('First words.');
  model.gates.open(gate);
  await talk.expectAnswer('Last words.');
  await talk.expectQuiet();

  // It remembers: the next page polls at once.
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const polled = page.waitForRequest('**/api/stream/poll');
  await page.reload();
  await polled;
  await live(page);
  expect(asked).not.toContain('/api/stream');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a page that was hidden is complete when it is shown', async ({ owner: page, opencode, model, watch }, info) => {
  // What it looks at may be told to a stream that has just been let go of.
  watch.allow(failedWith(404));
  const gate = `hidden-${info.testId}-${info.project.name}`;
  await page.clock.install();
  const talk = await freshSession(page, opencode, 'Sleeping tab');
  await talk.say(`[[say "Seen."]] [[gate ${gate}]] [[say "Missed."]]`);
  await model.gates.reached(gate);
  await talk.expectAnswer('Seen.');
  await show(page, false);
  await page.clock.runFor('02:00');
  model.gates.open(gate);
  await show(page, true);
  await talk.expectAnswer('Missed.');
  await expect(talk.connection).toHaveText('Live');
});
