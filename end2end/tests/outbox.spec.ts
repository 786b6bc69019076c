/** What is said is said once, whatever becomes of network, browser and server between the finger and the agent. */
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOwner, PASSWORD, signIn, USER } from '../fixtures/door.ts';
import { live, look } from '../fixtures/look.ts';
import { Nexus } from '../fixtures/nexus.ts';
import { LAUNCH } from '../fixtures/sizes.ts';
import { freshSession, openSession, openSessions, sessionOf, Talk } from '../fixtures/talk.ts';
import { expect, failedWith, NOBODY_THERE, test } from '../fixtures/test.ts';
import type { Watch } from '../fixtures/watch.ts';
import type { OpenCode } from '../peer/opencode.mjs';
import { Strait } from '../peer/strait.mjs';

/** The browser's own lines while it has no network. */
const NO_NETWORK = /^console error: Failed to load resource: net::ERR_INTERNET_DISCONNECTED/;

/** The messages of the owner that OpenCode itself has in a session, by their words. */
async function said(opencode: OpenCode, session: string): Promise<string[]> {
  interface Stored { info: { role: string }; parts: { type: string; text?: string; synthetic?: boolean }[] }
  const all = (await opencode.ask(`/session/${session}/message`)) as Stored[];
  const words = (parts: Stored['parts']) => parts.flatMap((part) => (part.type === 'text' && !part.synthetic ? [part.text ?? ''] : []));
  return all.filter((it) => it.info.role === 'user').map((it) => words(it.parts).join('|'));
}

/** The row that says these words of the owner. */
const row = (page: Page, words: string) => page.getByRole('log', { name: 'Conversation' }).locator('.user').filter({ hasText: words });

/** A browser whose profile stays when it is closed. */
class Lasting {
  readonly #profile = mkdtempSync(join(tmpdir(), 'nexus-profile-'));

  constructor(private readonly options: Parameters<typeof chromium.launchPersistentContext>[1]) {}

  async open(watch: Watch): Promise<{ context: BrowserContext; page: Page }> {
    const context = await chromium.launchPersistentContext(this.#profile, { ...this.options, ...LAUNCH });
    watch.over(context);
    return { context, page: context.pages()[0] ?? (await context.newPage()) };
  }

  /** As a crash or an empty battery does. */
  async kill(context: BrowserContext): Promise<void> {
    const gone = context.waitForEvent('close');
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const args = readArguments(pid);
      const first = !args.some((arg) => arg.startsWith('--type='));
      if (first && args.includes(`--user-data-dir=${this.#profile}`)) process.kill(Number(pid), 'SIGKILL');
    }
    await gone;
  }

  remove(): void {
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function readArguments(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** Comes back to a page; with the browser went the sign-in that was not to be kept. */
async function comeBack(page: Page, address: string): Promise<Talk> {
  await page.goto(address);
  await signIn(page, { user: USER, password: PASSWORD });
  await page.goto(address);
  await live(page);
  return new Talk(page);
}

const lastingTest = test.extend<{ lasting: Lasting }>({
  lasting: async ({ viewport, isMobile, hasTouch, deviceScaleFactor, baseURL, contextOptions }, use) => {
    const lasting = new Lasting({
      ...contextOptions,
      viewport,
      isMobile,
      hasTouch,
      ...(deviceScaleFactor === undefined ? {} : { deviceScaleFactor }),
      ...(baseURL === undefined ? {} : { baseURL }),
    });
    await use(lasting);
    lasting.remove();
  },
});

for (const end of ['closed', 'killed'] as const) {
  lastingTest(`said offline, the browser ${end} and opened again: it goes out once, in its order`, async ({ lasting, nexus, opencode, watch }, info) => {
    watch.allow(NOBODY_THERE, failedWith(503));
    const words = [1, 2, 3].map((n) => `Later ${n} ${info.testId} [[say "Heard."]]`);
    const before = await lasting.open(watch);
    await createOwner(before.page, await nexus.setupUrl());
    const first = await freshSession(before.page, opencode, `Browser ${end} ${info.project.name}`);
    const [address, session] = [before.page.url(), sessionOf(before.page)];
    await expect(before.page.getByText('What shall it do?')).toBeVisible();
    // A stream over loopback goes on where the browser is told to be offline.
    await nexus.stop();
    await expect(before.page.getByText('What you send waits here until the connection is back')).toBeVisible();
    for (const word of words) await first.say(word);
    await expect(first.log.getByText('Waits until the connection is back.')).toHaveCount(3);
    await first.message.fill('Half a thought');
    if (end === 'closed') {
      await look(before.page, 'outbox-waiting');
      await before.context.close();
    } else {
      await lasting.kill(before.context);
    }
    expect(await said(opencode, session)).toEqual([]);

    await nexus.launch();
    const after = await lasting.open(watch);
    const talk = await comeBack(after.page, address);
    await expect.poll(() => said(opencode, session)).toEqual(words);
    for (const word of words) await expect(row(after.page, word)).toHaveCount(1);
    if (end === 'closed') await expect(talk.message).toHaveValue('Half a thought');
    await talk.expectQuiet();
    await expect(talk.log.getByText(/^(?:Waits|Sending|Sent)/)).toHaveCount(0);
    await talk.reload();
    for (const word of words) await expect(row(after.page, word)).toHaveCount(1);
    expect(await said(opencode, session)).toHaveLength(3);
    await after.context.close();
  });
}

test('what waits can be edited or discarded, and what another tab discards goes here too', async ({ owner: page, opencode, context, watch }, info) => {
  watch.allow(NO_NETWORK, NOBODY_THERE);
  const title = `Two tabs ${info.project.name}`;
  const talk = await freshSession(page, opencode, title);
  const session = sessionOf(page);
  const second = await context.newPage();
  await second.goto(page.url());
  await live(second);
  await context.setOffline(true);
  await expect(talk.connection).not.toContainText('Live');
  for (const words of ['Keep this', 'Change this', 'Drop this']) await talk.say(words);
  // The other tab holds it too, in case this one never comes back.
  await expect(row(second, 'Keep this')).toContainText('Waits');
  await row(second, 'Drop this').getByRole('button', { name: 'Discard' }).click();
  await expect(row(page, 'Drop this')).toHaveCount(0);
  await row(page, 'Change this').getByRole('button', { name: 'Edit' }).click();
  await expect(talk.message).toHaveValue('Change this');
  await expect(talk.message).toBeFocused();
  await expect(row(second, 'Change this')).toHaveCount(0);
  await talk.say('Changed [[say "Heard."]]');
  await context.setOffline(false);
  await talk.expectAnswer('Heard.');
  await expect.poll(() => said(opencode, session)).toEqual(['Keep this', 'Changed [[say "Heard."]]']);
  for (const tab of [page, second]) {
    await expect(row(tab, 'Keep this')).toHaveCount(1);
    await expect(row(tab, 'Changed')).toHaveCount(1);
    await expect(tab.getByText(/^(?:Waits|Sending|Sent)/)).toHaveCount(0);
  }
});

test('a tab that is closed leaves what it could not send to the other', async ({ owner: page, opencode, context, watch }, info) => {
  watch.allow(NO_NETWORK, NOBODY_THERE);
  const talk = await freshSession(page, opencode, `Left behind ${info.project.name}`);
  const session = sessionOf(page);
  const other = await context.newPage();
  await other.goto('/');
  await live(other);
  await context.setOffline(true);
  await expect(talk.connection).not.toContainText('Live');
  await talk.say('Left behind [[say "Heard."]]');
  await expect(row(page, 'Left behind')).toContainText('Waits');
  await page.close();
  await context.setOffline(false);
  await expect.poll(() => said(opencode, session)).toEqual(['Left behind [[say "Heard."]]']);
  await (await openSession(other, `(?:Left behind)`)).expectAnswer('Heard.');
});

test('where the browser keeps nothing, that is said, and it goes out all the same', async ({ owner: page, nexus, opencode, context, watch }, info) => {
  watch.allow(NOBODY_THERE, failedWith(503));
  await context.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: null }));
  await page.reload();
  await live(page);
  const talk = await freshSession(page, opencode, `Keeps nothing ${info.project.name}`);
  await expect(page.getByText('What shall it do?')).toBeVisible();
  await nexus.stop();
  await expect(page.getByText('This browser keeps nothing: leave the page open until then.')).toBeVisible();
  await talk.say('From memory [[say "Heard."]]');
  await expect(row(page, 'From memory')).toContainText('This browser keeps nothing');
  await look(page, 'outbox-memory');
  await nexus.launch();
  await talk.expectAnswer('Heard.');
  expect(await said(opencode, sessionOf(page))).toHaveLength(1);
});

test('the row of what was said is the same one from the key press to the answer', async ({ owner: page, opencode, model }, info) => {
  const gate = `echo-${info.testId}-${info.project.name}`;
  const talk = await freshSession(page, opencode, `Echo ${info.project.name}`);
  // Held back until the echo has been looked at.
  const way = new EventEmitter();
  const held = once(way, 'free');
  await page.route('**/api/sessions/prompt', async (route) => {
    await held;
    await route.continue();
  });
  await talk.say(`Same row [[gate ${gate}]] [[say "Heard."]]`);
  const echo = row(page, 'Same row');
  await expect(echo).toContainText('Sending');
  await echo.evaluate((element) => {
    // Whatever is taken out of the rows from here on, but for the sign of work, which the first words take the place of.
    const list = element.closest('.row')?.parentElement;
    if (!list) throw new Error('No list of rows.');
    const gone: string[] = [];
    Object.assign(window, { gone, echo: element, said: element.querySelector('.said') });
    new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.removedNodes) if (node instanceof Element && !node.querySelector('.working')) gone.push(node.className);
    }).observe(list, { childList: true });
  });
  way.emit('free');
  await model.gates.reached(gate);
  await expect(echo).not.toContainText('Sen');
  model.gates.open(gate);
  await talk.expectAnswer('Heard.');
  const same = await echo.evaluate((element) => {
    const before = window as unknown as { echo: Element; said: Element; gone: string[] };
    return { row: element === before.echo, said: element.querySelector('.said') === before.said, gone: before.gone };
  });
  expect(same).toEqual({ row: true, said: true, gone: [] });
});

test('what is said while a conversation still loads has its row at once, and keeps it', async ({ owner: page, opencode }, info) => {
  const title = `Loads ${info.project.name}`;
  await opencode.createSession({ title });
  const list = await openSessions(page);
  await expect(list.getByRole('link', { name: new RegExp(`^${title}`) })).toBeVisible();
  // What the page looks at is told late, so its conversation comes late.
  const way = new EventEmitter();
  const held = once(way, 'free');
  await page.route('**/api/streams/focus', async (route) => {
    await held;
    await route.continue();
  });
  const talk = await openSession(page, title);
  await talk.say('Before it is here [[say "Heard."]]');
  const echo = row(page, 'Before it is here');
  await expect(echo).toBeVisible();
  await echo.evaluate((element) => Object.assign(window, { echo: element }));
  way.emit('free');
  await talk.expectAnswer('Heard.');
  await expect(echo).toHaveCount(1);
  expect(await echo.evaluate((element) => element === (window as unknown as { echo: Element }).echo)).toBe(true);
  expect(await said(opencode, sessionOf(page))).toHaveLength(1);
});

interface Narrow {
  strait: Strait;
}

const narrow = test.extend<Narrow>({
  strait: async ({ opencode }, use) => {
    const strait = await Strait.open(opencode.url);
    await use(strait);
    strait.close();
  },
  nexus: async ({ strait }, use) => {
    const nexus = await Nexus.start({ opencode: strait.url });
    await use(nexus);
    await nexus.kill();
    nexus.remove();
  },
});

for (const [way, when] of [
  ['there', 'before OpenCode has it'],
  ['back', 'when OpenCode has it and nobody knows'],
] as const) {
  narrow(`Nexus is killed in the middle of a prompt, ${when}: it is said once`, async ({ owner: page, nexus, opencode, strait, watch }, info) => {
    watch.allow(NOBODY_THERE, failedWith(503));
    const talk = await freshSession(page, opencode, `Killed ${way} ${info.project.name}`);
    const session = sessionOf(page);
    const stopped = strait.stop(/\/prompt_async/, way);
    await talk.say('In the middle [[say "Heard."]]');
    await stopped;
    await nexus.kill();
    // What OpenCode has may have come back to the page before Nexus was gone.
    if (way === 'there') await expect(row(page, 'In the middle')).toContainText('Waits');
    await nexus.launch();
    await talk.expectAnswer('Heard.');
    await talk.expectQuiet();
    await expect(row(page, 'In the middle')).toHaveCount(1);
    await expect(row(page, 'In the middle')).not.toContainText(/Waits|Sen|Not sent/);
    expect(await said(opencode, session)).toEqual(['In the middle [[say "Heard."]]']);
  });
}

narrow('a message that OpenCode took and does not have is said to be lost, and can be sent again', async ({ owner: page, opencode, strait, watch }, info) => {
  watch.allow(failedWith(422));
  const talk = await freshSession(page, opencode, `Lost ${info.project.name}`);
  const session = sessionOf(page);
  const taken = strait.stop(/\/prompt_async/, 'taken');
  await talk.say('Taken and lost [[say "Heard."]]');
  await taken;
  const echo = row(page, 'Taken and lost');
  await expect(echo).toContainText('Not sent. OpenCode refused: OpenCode took the message and did not store it.');
  await look(page, 'outbox-lost');
  await echo.getByRole('button', { name: 'Retry' }).click();
  await talk.expectAnswer('Heard.');
  await expect(echo).not.toContainText(/Waits|Sen|Not sent/);
  expect(await said(opencode, session)).toEqual(['Taken and lost [[say "Heard."]]']);
});
