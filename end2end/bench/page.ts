/**
 * What the session page costs: bytes and requests at the first and the second visit, and, on a phone profile, the time
 * until the last message can be read and until the composer can be used.
 *
 * Bytes are counted on the wire by the browser (headers included) and held against `budget.json`; they fail the run.
 * Times are measured against the same machine's own pace, so they are printed beside their aims and fail nothing.
 */
import { type Browser, type BrowserContext, type CDPSession, chromium, expect, type Page, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createOwner } from '../fixtures/door.ts';
import { live } from '../fixtures/look.ts';
import { Nexus } from '../fixtures/nexus.ts';
import { LAUNCH } from '../fixtures/sizes.ts';
import { openSession } from '../fixtures/talk.ts';
import { Model } from '../model/server.mjs';
import { OpenCode } from '../peer/opencode.mjs';
import { createSandbox } from '../peer/sandbox.mjs';
import { median, watchForWords } from './marks.ts';
import { quiet, record, total, type Traffic } from './traffic.ts';

interface Budget {
  first: { bytes: number; requests: number };
  second: { bytes: number };
  aims: { readableMs: number; composerMs: number };
}

const budget = JSON.parse(readFileSync(new URL('budget.json', import.meta.url), 'utf8')) as Budget;

/** A middling phone on a bad day: the profile on which the rivals were measured. */
const PHONE = { cpuSlowdown: 4, downKbps: 1600, upKbps: 750, roundTripMs: 150 };
const RUNS = 5;
const LAST_WORDS = 'These are the last words of the conversation.';

test('the session page', async () => {
  const model = await Model.start();
  const sandbox = createSandbox({ modelUrl: model.url, permission: { bash: 'allow', edit: 'allow' } });
  const opencode = await OpenCode.start(sandbox);
  const nexus = await Nexus.start({ opencode: opencode.url });
  const browser = await chromium.launch(LAUNCH);
  try {
    const address = await conversation(browser, nexus, opencode);
    const visits = await measureBytes(browser, nexus, address);
    const times = await measureTimes(browser, address);
    report(visits, times);
    expect(total(visits.first), 'bytes of the first visit').toBeLessThanOrEqual(budget.first.bytes);
    expect(visits.first.requests.length, 'requests of the first visit').toBeLessThanOrEqual(budget.first.requests);
    expect(total(visits.second), 'bytes of the second visit').toBeLessThanOrEqual(budget.second.bytes);
  } finally {
    await browser.close();
    await nexus.stop();
    nexus.remove();
    await opencode.stop();
    sandbox.remove();
    await model.stop();
  }
});

/** A signed-in owner (whose cookies later visits take over) and a talk of some length. */
let storageState: Awaited<ReturnType<BrowserContext['storageState']>>;

async function conversation(browser: Browser, nexus: Nexus, opencode: OpenCode): Promise<string> {
  const session = await opencode.createSession({ title: 'Measured' });
  for (const prompt of ['[[markdown]]', '[[bash cmd="node --test"]] [[text words=200]]', '[[read path="README.md"]] [[markdown]]']) {
    await opencode.prompt(session, prompt);
  }
  await opencode.prompt(session, `[[text words=120]] [[say "\\n\\n${LAST_WORDS}"]]`);
  const context = await browser.newContext();
  const page = await context.newPage();
  await createOwner(page, await nexus.setupUrl());
  await openSession(page, 'Measured');
  const address = page.url();
  const cookies = (await context.storageState()).cookies;
  storageState = { cookies, origins: [] };
  await context.close();
  return address;
}

async function visit(context: BrowserContext, address: string): Promise<Traffic> {
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send('Network.enable');
  const traffic = record(client);
  await page.goto(address);
  await live(page);
  await quiet(traffic);
  await page.close();
  return traffic;
}

async function measureBytes(browser: Browser, nexus: Nexus, address: string): Promise<{ first: Traffic; second: Traffic }> {
  const context = await browser.newContext({ storageState, baseURL: nexus.url, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  const first = await visit(context, address);
  const second = await visit(context, address);
  await context.close();
  return { first, second };
}

interface Times {
  readableMs: number[];
  composerMs: number[];
}

async function measureTimes(browser: Browser, address: string): Promise<Times> {
  const times: Times = { readableMs: [], composerMs: [] };
  for (let run = 0; run < RUNS; run += 1) {
    const context = await browser.newContext({ storageState, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    const page = await context.newPage();
    await slow(await context.newCDPSession(page));
    await page.addInitScript(watchForWords, LAST_WORDS);
    await page.goto(address, { waitUntil: 'commit' });
    const { readable, composer } = await milestones(page);
    times.readableMs.push(readable);
    times.composerMs.push(composer);
    await context.close();
  }
  return times;
}

async function slow(client: CDPSession): Promise<void> {
  await client.send('Network.enable');
  await client.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: PHONE.roundTripMs,
    downloadThroughput: (PHONE.downKbps * 1000) / 8,
    uploadThroughput: (PHONE.upKbps * 1000) / 8,
  });
  await client.send('Emulation.setCPUThrottlingRate', { rate: PHONE.cpuSlowdown });
}

async function milestones(page: Page): Promise<{ readable: number; composer: number }> {
  const handle = await page.waitForFunction(() => {
    const { readable, composer } = (window as unknown as { nexusMarks: { readable?: number; composer?: number } }).nexusMarks;
    return readable !== undefined && composer !== undefined ? { readable, composer } : false;
  }, undefined, { timeout: 60_000 });
  return (await handle.jsonValue()) as { readable: number; composer: number };
}

function report(visits: { first: Traffic; second: Traffic }, times: Times): void {
  const lines = ['', 'Requests of the first visit (bytes on the wire):'];
  for (const { url, bytes } of visits.first.requests) lines.push(`${String(bytes).padStart(10)}  ${new URL(url).pathname}`);
  lines.push('', ['what', 'measured', 'limit', 'ratio'].map((cell, index) => (index === 0 ? cell.padEnd(44) : cell.padStart(12))).join(''));
  const row = (what: string, measured: number, limit: number, unit: string) => {
    const cells = [`${Math.round(measured)} ${unit}`, `${limit} ${unit}`, (measured / limit).toFixed(2)];
    lines.push(what.padEnd(44) + cells.map((cell) => cell.padStart(12)).join(''));
  };
  row('first visit, bytes', total(visits.first), budget.first.bytes, 'B');
  row('first visit, requests', visits.first.requests.length, budget.first.requests, '');
  row('second visit, bytes', total(visits.second), budget.second.bytes, 'B');
  row('phone: last message readable (median, aim)', median(times.readableMs), budget.aims.readableMs, 'ms');
  row('phone: composer ready (median, aim)', median(times.composerMs), budget.aims.composerMs, 'ms');
  process.stdout.write(`${lines.join('\n')}\n`);
}
