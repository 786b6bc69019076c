/** What lies between the page and Nexus fails, is held back or is crowded: nothing is lost, and it is said. */
import type { Page } from '@playwright/test';
import { live } from '../fixtures/look.ts';
import { freshSession, sessionOf, Talk, wordsOf } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

/** More pages than a browser grants connections over HTTP/1.1. */
const TABS = 8;

/** Makes a page believe that it is looked at, or not. */
async function show(page: Page, visible: boolean): Promise<void> {
  await page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visible ? 'visible' : 'hidden');
}

test('what was said while the network was away is there when it is back, and the page says how it stands', async ({ owner: page, opencode, model, watch, context }, info) => {
  watch.allow(/ERR_INTERNET_DISCONNECTED/);
  const gate = `away-${info.testId}-${info.project.name}`;
  const talk = await freshSession(page, opencode, 'Away for a while');
  const session = sessionOf(page);
  await talk.say(`[[say "Before the break."]] [[gate ${gate}]] [[count to=200]] [[say "After the break."]]`);
  await model.gates.reached(gate);
  await talk.expectAnswer('Before the break.');
  await expect(talk.connection).toHaveText('Live');

  await context.setOffline(true);
  await expect(talk.connection).toHaveText('Offline');
  model.gates.open(gate);
  // Once in the prompt, which carries the script, and once in the answer.
  const said = async () => JSON.stringify(await opencode.ask(`/session/${session}/message`)).split('After the break.').length - 1;
  await expect.poll(said).toBe(2);
  await talk.expectNoAnswer('After the break.');

  await context.setOffline(false);
  await expect(talk.connection).toHaveText('Live');
  await talk.expectAnswer('After the break.');
  await talk.expectQuiet();
  const here = await wordsOf(talk.log);
  await talk.reload();
  expect(await wordsOf(talk.log), 'the same as a page that begins anew').toBe(here);
});

test('where an answer is held back until it ends, the page polls and the words come all the same', async ({ owner: page, opencode, model }, info) => {
  const gate = `held-${info.testId}-${info.project.name}`;
  // What quick tunnels and some proxies do to a stream: nothing arrives before its end.
  await page.route('**/api/stream', async (route) => {
    const request = route.request().postDataJSON() as { poll?: boolean };
    if (request.poll === true) await route.continue();
    // Else nobody ever answers.
  });
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
  const polled = page.waitForRequest((request) => request.url().endsWith('/api/stream') && request.postData()?.includes('"poll":true') === true);
  await page.reload();
  await polled;
  await live(page);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('eight pages of one browser are all live at once', { tag: '@desktop' }, async ({ owner: page, opencode, context }) => {
  const first = await freshSession(page, opencode, 'Eight tabs');
  const talks = [first];
  for (let n = 1; n < TABS; n += 1) {
    const tab = await context.newPage();
    await tab.goto(page.url());
    await live(tab);
    talks.push(new Talk(tab));
  }
  for (const talk of talks) await expect(talk.connection).toHaveText('Live');
  const last = talks.at(-1) ?? first;
  await last.say('[[say "To everyone."]]');
  for (const talk of talks) await talk.expectAnswer('To everyone.');
});

test('a page that was hidden is complete when it is shown', async ({ owner: page, opencode, model }, info) => {
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
