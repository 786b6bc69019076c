/**
 * What a long session costs: opened on a phone four times slower than this machine, with 20, 1,000 and 5,000 messages;
 * then an answer of 60 words a second in the longest, beside a plain reader of OpenCode's own stream.
 *
 * Prints figures beside their aims and fails nothing: machines differ, the ratios in one run do not.
 */
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page, test } from '@playwright/test';
import { createOwner } from '../fixtures/door.ts';
import { live } from '../fixtures/look.ts';
import { Nexus } from '../fixtures/nexus.ts';
import { LAUNCH } from '../fixtures/sizes.ts';
import { openSession } from '../fixtures/talk.ts';
import { Model } from '../model/server.mjs';
import { importHistory, TURN } from '../peer/history.mjs';
import { OpenCode } from '../peer/opencode.mjs';
import { createSandbox } from '../peer/sandbox.mjs';
import { at, median, type Smoothness, watchCounting, watchForWords, watchSmoothness } from './marks.ts';
import { quiet, record, total, type Traffic } from './traffic.ts';

const SIZES = [20, 1_000, 5_000] as const;
const CPU_SLOWDOWN = 4;
const RUNS = 3;
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** An answer at 60 words a second for half a minute. */
const WORDS = 1_800;
const EVERY_MS = 16;
const PATIENCE_MS = 90_000;

const AIMS = { nodes: 1_500, longestTaskMs: 100, heapMb: 15, shift: 0.02, spread: 1.1 };
const FLOW_AIMS = { medianMs: 25, p95Ms: 60, cpuS: 3, longTasks: 0, droppedShare: 0.01 };

interface Opened {
  bytes: number;
  readableMs: number;
  nodes: number;
  longestTaskMs: number;
  heapMb: number;
  shift: number;
}

test('a long session', async () => {
  const model = await Model.start();
  const sandbox = createSandbox({ modelUrl: model.url, permission: { bash: 'allow', edit: 'allow' } });
  const opencode = await OpenCode.start(sandbox);
  const sessions = new Map<number, string>();
  for (const messages of SIZES) sessions.set(messages, await importHistory(opencode, { title: titleOf(messages), messages }));
  const nexus = await Nexus.start({ opencode: opencode.url });
  const browser = await chromium.launch(LAUNCH);
  try {
    const { storageState, addresses } = await door(browser, nexus);
    const opened = new Map<number, Opened>();
    for (const messages of SIZES) {
      const last = `Report ${Math.floor((messages - 1) / TURN)}`;
      opened.set(messages, await open(browser, storageState, addresses.get(messages) ?? '', last));
    }
    report(opened);
    const longest = SIZES[SIZES.length - 1] ?? 0;
    await flow(browser, storageState, addresses.get(longest) ?? '', opencode, sessions.get(longest) ?? '');
  } finally {
    await browser.close();
    await nexus.stop();
    nexus.remove();
    await opencode.stop();
    sandbox.remove();
    await model.stop();
  }
});

const titleOf = (messages: number) => `Watch of ${messages}`;

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

async function door(browser: Browser, nexus: Nexus): Promise<{ storageState: State; addresses: Map<number, string> }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await createOwner(page, await nexus.setupUrl());
  const addresses = new Map<number, string>();
  for (const messages of SIZES) {
    await openSession(page, titleOf(messages));
    addresses.set(messages, page.url());
  }
  const storageState = { cookies: (await context.storageState()).cookies, origins: [] };
  await context.close();
  return { storageState, addresses };
}

/** Opens a session as a slow phone does, some times over; the middle of each figure. */
async function open(browser: Browser, storageState: State, address: string, lastWords: string): Promise<Opened> {
  const all: Opened[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const context = await browser.newContext({ storageState, ...PHONE });
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send('Network.enable');
    await client.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
    await page.addInitScript(watchForWords, lastWords);
    await page.addInitScript(watchSmoothness);
    const traffic = record(client);
    await page.goto(address);
    await live(page);
    await quiet(traffic);
    all.push(await figures(page, client, traffic));
    await context.close();
  }
  const middle = (of: (opened: Opened) => number) => median(all.map(of));
  return {
    bytes: middle((it) => it.bytes),
    readableMs: middle((it) => it.readableMs),
    nodes: middle((it) => it.nodes),
    longestTaskMs: middle((it) => it.longestTaskMs),
    heapMb: middle((it) => it.heapMb),
    shift: middle((it) => it.shift),
  };
}

async function figures(page: Page, client: CDPSession, traffic: Traffic): Promise<Opened> {
  const { readable, nodes } = await page.evaluate(() => ({
    readable: (window as unknown as { nexusMarks: { readable?: number } }).nexusMarks.readable ?? Number.NaN,
    nodes: document.getElementsByTagName('*').length,
  }));
  const { longTasks, shift } = await smoothnessOf(page);
  await client.send('HeapProfiler.collectGarbage');
  // Of the program's own memory only what JavaScript sees is in `usedSize`; the rest backs its buffers.
  const heap = (await client.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number };
  return {
    bytes: total(traffic),
    readableMs: readable,
    nodes,
    longestTaskMs: Math.max(0, ...longTasks),
    heapMb: (heap.usedSize + (heap.backingStorageSize ?? 0)) / 1e6,
    shift,
  };
}

const smoothnessOf = (page: Page) =>
  page.evaluate(() => (window as unknown as { nexusSmoothness: Smoothness }).nexusSmoothness);

function report(opened: Map<number, Opened>): void {
  const rows: [string, (it: Opened) => number, number | undefined, number][] = [
    ['bytes', (it) => it.bytes, undefined, 0],
    ['last message readable, ms', (it) => it.readableMs, undefined, 0],
    ['elements in the page', (it) => it.nodes, AIMS.nodes, 0],
    ['longest task, ms', (it) => it.longestTaskMs, AIMS.longestTaskMs, 0],
    ['heap, MB', (it) => it.heapMb, AIMS.heapMb, 1],
    ['layout shift', (it) => it.shift, AIMS.shift, 3],
  ];
  const lines = ['', `Opening a session, ${CPU_SLOWDOWN}× slower CPU (the middle of ${RUNS})`, ''];
  lines.push(line('', ...SIZES.map((size) => `${size}`), 'aim', 'max/min'));
  for (const [what, of, aim, digits] of rows) {
    const values = SIZES.flatMap((size) => opened.get(size) ?? []).map(of);
    const spread = Math.max(...values) / Math.min(...values);
    const aimed = aim === undefined ? '' : `≤ ${aim}`;
    lines.push(line(what, ...values.map((value) => value.toFixed(digits)), aimed, Number.isFinite(spread) ? spread.toFixed(2) : ''));
  }
  lines.push('', `Aim for max/min of bytes, elements and heap: ≤ ${AIMS.spread}.`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

const line = (what: string, ...cells: string[]) => what.padEnd(36) + cells.map((cell) => cell.padStart(11)).join('');

/** The least that such an answer costs: a page with nothing but a paragraph, to which the same words are appended. */
async function bare(browser: Browser): Promise<number> {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await page.setContent('<!doctype html><meta name="viewport" content="width=device-width"><p></p>');
  await page.evaluate(watchSmoothness);
  const before = await rendererCpu(browser);
  await page.evaluate(
    async ([words, every]) => {
      const text = document.createTextNode('');
      document.querySelector('p')?.append(text);
      await new Promise<void>((done) => {
        let said = 0;
        const timer = setInterval(() => {
          said += 1;
          text.appendData(` ${said}`);
          window.scrollTo(0, document.body.scrollHeight);
          if (said < words) return;
          clearInterval(timer);
          done();
        }, every);
      });
    },
    [WORDS, EVERY_MS] as const,
  );
  const cpu = (await rendererCpu(browser)) - before;
  await context.close();
  return cpu;
}

/** An answer in the longest session, unslowed, beside a plain reader of OpenCode's stream. */
async function flow(browser: Browser, storageState: State, address: string, opencode: OpenCode, session: string): Promise<void> {
  const context = await browser.newContext({ storageState, ...PHONE });
  const page = await context.newPage();
  await page.goto(address);
  await live(page);
  await page.evaluate(watchSmoothness);
  await page.evaluate(watchCounting);
  const plain = await PlainReader.open(opencode);
  const cpuBefore = await rendererCpu(browser);
  await opencode.send(session, `[[count to=${WORDS} every=${EVERY_MS}ms]]`);
  await plain.until(WORDS);
  await page.waitForFunction((words) => (window as unknown as { nexusDrawn: number[] }).nexusDrawn.length >= words, WORDS, {
    timeout: PATIENCE_MS,
  });
  const cpu = (await rendererCpu(browser)) - cpuBefore;
  const drawn = await page.evaluate(() => (window as unknown as { nexusDrawn: number[] }).nexusDrawn);
  const nodes = await page.evaluate(() => document.getElementsByTagName('*').length);
  const { longTasks, frames, dropped } = await smoothnessOf(page);
  plain.close();
  await context.close();
  const added = plain.came.map((came, n) => (drawn[n] ?? Number.NaN) - came);
  const lines = ['', `${WORDS} words, one each ${EVERY_MS} ms, in the longest session`, '', line('', 'measured', 'aim')];
  lines.push(line('delay added, median, ms', median(added).toFixed(1), `≤ ${FLOW_AIMS.medianMs}`));
  lines.push(line('delay added, p95, ms', at(added, 0.95).toFixed(1), `≤ ${FLOW_AIMS.p95Ms}`));
  lines.push(line('renderer CPU, s', cpu.toFixed(2), `≤ ${FLOW_AIMS.cpuS}`));
  lines.push(line('— of a bare page with these words, s', (await bare(browser)).toFixed(2), ''));
  lines.push(line('long tasks', `${longTasks.length}`, `${FLOW_AIMS.longTasks}`));
  lines.push(line('frames dropped', `${((dropped / frames) * 100).toFixed(1)} %`, `< ${FLOW_AIMS.droppedShare * 100} %`));
  lines.push(line('elements in the page', `${nodes}`, `≤ ${AIMS.nodes}`));
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Seconds of CPU that all renderers have used. */
async function rendererCpu(browser: Browser): Promise<number> {
  const client = await browser.newBrowserCDPSession();
  const { processInfo } = await client.send('SystemInfo.getProcessInfo');
  await client.detach();
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Reads OpenCode's stream with nothing in between, and notes when each number of a counting answer came. */
class PlainReader {
  readonly came: number[] = [];
  #text = '';
  readonly #abort = new AbortController();
  #moved: () => void = () => undefined;

  static async open(opencode: OpenCode): Promise<PlainReader> {
    const reader = new PlainReader();
    const response = await fetch(`${opencode.url}/global/event`, { signal: reader.#abort.signal });
    if (!response.body) throw new Error('The event stream has no body.');
    void reader.#read(response.body);
    return reader;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = '';
    const decoder = new TextDecoder();
    try {
      for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
        const now = performance.timeOrigin + performance.now();
        const frames = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) this.#take(frame, now);
        this.#moved();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  #take(frame: string, now: number): void {
    if (!frame.startsWith('data: ') || !frame.includes('message.part.delta')) return;
    const { payload } = JSON.parse(frame.slice('data: '.length)) as { payload: { properties: { delta: string } } };
    this.#text = (this.#text + payload.properties.delta).slice(-24);
    const last = Number(/(\d+)\s*$/.exec(this.#text)?.[1] ?? 0);
    while (this.came.length < last) this.came.push(now);
  }

  async until(words: number): Promise<void> {
    while (this.came.length < words) {
      await new Promise<void>((resolve) => {
        this.#moved = resolve;
      });
    }
  }

  close(): void {
    this.#abort.abort();
  }
}
