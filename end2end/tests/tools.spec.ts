/** Tools at work: each by its line, and by what it shows when it is opened. */
import type { Locator, Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectNoSidewaysScroll, look } from '../fixtures/look.ts';
import { openSession, type Talk } from '../fixtures/talk.ts';
import { expect, test as base } from '../fixtures/test.ts';
import { OpenCode } from '../peer/opencode.mjs';
import { createSandbox } from '../peer/sandbox.mjs';

/** Starting OpenCode with a server of tools beside it. */
const START_MS = 120_000;
const ANYTHING = [{ permission: '*', pattern: '*', action: 'allow' }];

const test = base.extend<object, { opencode: OpenCode }>({
  opencode: [
    async ({ model }, use) => {
      const sandbox = createSandbox({ modelUrl: model.url, extras: true });
      const opencode = await OpenCode.start(sandbox);
      await use(opencode);
      await opencode.stop();
      sandbox.remove();
    },
    { scope: 'worker', timeout: START_MS },
  ],
});

/** A session in which nothing is asked for. */
async function free(page: Page, opencode: OpenCode, title: string): Promise<Talk> {
  await opencode.createSession({ title, permission: ANYTHING });
  return openSession(page, title);
}

/** The line of a tool, by its words. */
function line(talk: Talk, words: RegExp): Locator {
  return talk.log.locator('summary').filter({ hasText: words }).first();
}

/** Opens a tool and answers with what it holds. */
async function open(talk: Talk, words: RegExp): Promise<Locator> {
  const summary = line(talk, words);
  await summary.click();
  return talk.log.locator('details[open]').filter({ has: talk.page.locator('summary').filter({ hasText: words }) }).last();
}

/** Waits step by step: each is a call of the model and a tool, and a busy machine takes its time for either. */
async function through(talk: Talk, steps: RegExp[], last: string): Promise<void> {
  for (const step of steps) await expect(line(talk, step)).toBeVisible();
  await talk.expectAnswer(last);
}

const isDesk = (page: Page) => (page.viewportSize()?.width ?? 0) >= 1024;

test('a command shows its colours, its exit code and its end, and follows what it prints', async ({ owner: page, opencode }, info) => {
  const talk = await free(page, opencode, 'Commands');
  await talk.say(
    String.raw`[[bash cmd="printf '\\033[32mgreen\\033[0m \\033]0;title\\007plain\\n10 %%\\r100 %%\\n'; exit 3" desc="Print in colours"]] [[say "It ended."]]`,
  );
  await talk.expectAnswer('It ended.');
  await expect(line(talk, /Run.*printf/)).toContainText('Exit 3');
  const card = await open(talk, /Run.*printf/);
  const output = card.getByRole('group', { name: 'Output' });
  await expect(output.locator('.a2')).toHaveText('green');
  await expect(output).toHaveText(/^green plain\s100 %\s*$/);
  await expect(card).toContainText('Print in colours');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await card.getByRole('button', { name: 'Copy output' }).click();
  await expect(card.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText()), 'copied as it is read').toMatch(/^green plain\n100 %\s*$/);
  await card.getByRole('button', { name: 'Copy command' }).click();
  await expect(card.getByRole('button', { name: 'Copied' }).first()).toBeVisible();
  // After a while they say again what they do: there may be something else to copy.
  await expect(card.getByRole('button', { name: 'Copy command' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('exit 3');

  const go = `go-${info.project.name}`;
  await talk.say(`[[bash cmd="seq 1 60; while [ ! -e ${go} ]; do sleep 0.1; done; echo finished"]] [[say "Both ended."]]`);
  const running = await open(talk, /Run.*seq 1 60/);
  await expect(line(talk, /Run.*seq 1 60/)).toContainText('Running');
  const lines = running.getByRole('group', { name: 'Output' });
  await expect(lines).toContainText('60');
  await expect.poll(() => lines.evaluate((it) => it.scrollHeight - it.clientHeight - it.scrollTop)).toBeLessThan(4);
  expect(await lines.evaluate((it) => it.clientHeight)).toBeLessThan(330);
  await look(page, 'tool-running');
  // Whoever has scrolled away stays where they are.
  await lines.evaluate((it) => {
    it.scrollTop = 0;
    it.dispatchEvent(new Event('scroll'));
  });
  writeFileSync(join(opencode.directory, go), '');
  await talk.expectAnswer('Both ended.');
  await expect(lines).toContainText('finished');
  expect(await lines.evaluate((it) => it.scrollTop)).toBe(0);
  await look(page, 'tool-command');
  await expectNoSidewaysScroll(page);
});

test('what is too long to come by itself comes when it is opened', async ({ owner: page, opencode }) => {
  const talk = await free(page, opencode, 'Long output');
  await talk.say('[[bash cmd="seq 1000000000 1000001899"]] [[say "Counted."]]');
  await talk.expectAnswer('Counted.');
  const card = await open(talk, /Run.*seq 1000000000/);
  await expect(card.getByRole('group', { name: 'Output' })).toContainText('1000000900');
  await expect(card).not.toContainText('left out here');
});

test('reads and searches fold together, and each shows what it found', async ({ owner: page, opencode }) => {
  const talk = await free(page, opencode, 'Looking around');
  await talk.say(
    '[[read path="src/gauge.mjs"]]&[[glob pattern="src/*.mjs"]] [[grep pattern="MAX_JUMP"]] [[say "Seen."]] [[read path="README.md"]] [[read path="missing.md"]] [[say "And that."]]',
  );
  await through(talk, [/1 file, 1 search/, /1 file, 2 searches/, /Read.*README/, /Read.*missing/], 'And that.');
  await talk.expectQuiet();
  const group = line(talk, /^Explored/);
  await expect(group).toHaveText(/Explored\s*1 file, 2 searches/);
  await expect(line(talk, /Read.*README/)).toBeVisible();
  await expect(line(talk, /Read.*missing/)).toContainText('Failed');
  await group.click();

  await expect(line(talk, /Read.*gauge/)).toContainText(/\d+ lines/);
  const read = await open(talk, /Read.*gauge/);
  await expect(read.getByRole('group', { name: 'Code, mjs' })).toContainText('MAX_JUMP');
  await expect(read.locator('.numbers')).toContainText('3');

  await expect(line(talk, /Search.*MAX_JUMP/)).toContainText(/\d+ match/);
  const found = await open(talk, /Search.*MAX_JUMP/);
  await expect(found.getByRole('group', { name: 'Output' })).toContainText(/src\/gauge\.mjs {2}\d/);

  const files = await open(talk, /Find.*src/);
  await expect(files.getByRole('group', { name: 'Output' })).toContainText(/^src\/\w+\.mjs\nsrc\/\w+\.mjs$/);
  await look(page, 'tool-explored');
  await expectNoSidewaysScroll(page);
});

test('what is opened stays open while the agent looks on', async ({ owner: page, opencode, model }, info) => {
  const talk = await free(page, opencode, 'Looks on');
  const gate = `looks-${info.testId}-${info.project.name}`;
  await talk.say(`[[read path="README.md"]] [[gate ${gate}]] [[read path="src/gauge.mjs"]] [[read path="src/log.mjs"]] [[say "Read."]]`);
  await model.gates.reached(gate);
  const card = talk.log.locator('details.tool').filter({ hasText: 'README.md' });
  await card.locator('summary').click();
  await expect(card).toContainText('Reads the tide gauges');
  model.gates.open(gate);
  await talk.expectAnswer('Read.');
  await expect(card).toContainText('Reads the tide gauges');
  await expect(talk.log.getByText('2 files')).toBeVisible();
});

test('changes stand side by side on a desk and below each other on a phone, with what differs marked', async ({ owner: page, opencode }, info) => {
  const talk = await free(page, opencode, 'Changes');
  const notes = `notes-${info.project.name}.md`;
  await talk.say(
    `[[write path="${notes}" content="# Notes\\n\\nThe gauge reads 30 metres.\\nThe lamp burns.\\nA line that is so long that it cannot stand on any screen without either breaking or being scrolled to its far and distant end.\\n"]] ` +
      `[[edit path="${notes}" old="reads 30 metres" new="reads 3 metres"]] [[say "Changed."]]`,
  );
  await through(talk, [/Write.*notes/, /Edit.*notes/], 'Changed.');
  await expect(line(talk, /Write.*notes/)).toContainText('+5');
  await expect(line(talk, /Edit.*notes/)).toContainText('+1');
  const card = await open(talk, /Edit.*notes/);
  const changes = card.getByRole('group', { name: `Changes of ${notes}` });
  await expect(changes.locator('.del .differs')).toHaveText('0');
  expect(await changes.locator('.del .differs').evaluate((it) => getComputedStyle(it).display), 'what differs stays in its line').toBe('inline');
  const before = await changes.locator('.del').boundingBox();
  const after = await changes.locator('.add').boundingBox();
  if (isDesk(page)) {
    expect(after?.y).toBe(before?.y);
    expect(after?.x).toBeGreaterThan((before?.x ?? 0) + (before?.width ?? 0) - 1);
  } else {
    expect(after?.y).toBeGreaterThan(before?.y ?? 0);
    expect(after?.x).toBe(before?.x);
  }
  const wrap = card.getByRole('button', { name: 'Wrap lines' });
  await expect(wrap).toHaveAttribute('aria-pressed', 'true');
  expect(await changes.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
  await look(page, 'tool-changes');
  await wrap.click();
  await expect(wrap).toHaveAttribute('aria-pressed', 'false');
  expect(await changes.evaluate((it) => it.scrollWidth - it.clientWidth)).toBeGreaterThan(0);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await card.getByRole('button', { name: 'Copy path' }).click();
  await expect(card.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(notes);
  await expectNoSidewaysScroll(page);
});

test('a sub-agent is a line with a way into its session and back', async ({ owner: page, opencode }) => {
  const talk = await free(page, opencode, 'Helpers');
  await talk.say(`[[task prompt="Look. [[say '## Found\\n\\nOne **log**.']]" desc="Look for the log"]] [[say "It was found."]]`);
  await through(talk, [/General.*Look for the log/], 'It was found.');
  const card = await open(talk, /Look for the log/);
  await expect(card.getByRole('heading', { name: 'Found' })).toBeVisible();
  await look(page, 'tool-task');
  await card.getByRole('link', { name: "Open the sub-agent's session" }).click();
  await expect(talk.log).toContainText('One log.');
  await look(page, 'sub-agent');
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Helpers' }).click();
  await talk.expectAnswer('It was found.');
});

test('every other tool says what it was given and what came out', async ({ owner: page, opencode, model }) => {
  const talk = await free(page, opencode, 'Other tools');
  await talk.say(
    `[[todo]] [[tool skill args='{"name":"tide-table"}']] [[tool webfetch args='{"url":"${model.url}/control/runs","format":"text"}']] ` +
      `[[tool weather_forecast args='{"station":"North pier","days":3,"options":{"wind":true}}']] [[tool no_such_tool args='{"a":1}']] [[say "All tried."]]`,
  );
  await through(talk, [/Plan/, /Skill/, /Fetch/, /weather_forecast/, /Wrong call/], 'All tried.');

  const plan = await open(talk, /Plan/);
  await expect(plan.getByRole('listitem')).toHaveCount(3);
  await expect(plan).toContainText('At work');

  const skill = await open(talk, /Skill.*tide-table/);
  await expect(skill.getByRole('heading', { name: 'Reading a tide table' })).toBeVisible();

  const page_ = await open(talk, /Fetch.*control\/runs/);
  await expect(page_.getByRole('link', { name: /^Open at 127\.0\.0\.1/ })).toHaveAttribute('rel', /noopener/);
  await expect(page_).toContainText('outcome');

  await expect(line(talk, /weather_forecast/)).toContainText('North pier');
  const weather = await open(talk, /weather_forecast/);
  await expect(weather.getByRole('definition').filter({ hasText: 'North pier' })).toBeVisible();
  await expect(weather.getByRole('group', { name: 'Output' })).toContainText('"wind": "south-west 5"');
  await expect(weather.getByRole('group', { name: 'Arguments' })).toBeHidden();
  await weather.getByText('Raw arguments').click();
  await expect(weather.getByRole('group', { name: 'Arguments' })).toContainText('"days": 3');

  await expect(skill).not.toContainText('skill_files');

  await expect(line(talk, /Wrong call.*no_such_tool/)).toContainText('Not run');
  const wrong = await open(talk, /Wrong call.*no_such_tool/);
  await expect(wrong.getByRole('group', { name: 'Error' })).toContainText('unavailable tool');
  await look(page, 'tool-others');
  await expectNoSidewaysScroll(page);
});

test('a tool that was stopped or cut off by a crash says so', async ({ owner: page, opencode }) => {
  const talk = await free(page, opencode, 'Stopped tools');
  await talk.say('[[bash cmd="echo begun; sleep 60"]]');
  await expect(line(talk, /Run.*sleep 60/)).toContainText('Running');
  await talk.stop.click();
  await talk.expectQuiet();
  await expect(line(talk, /Run.*sleep 60/)).toContainText('Stopped');

  await talk.say('[[bash cmd="echo again; sleep 70"]]');
  await expect(line(talk, /Run.*sleep 70/)).toContainText('Running');
  await opencode.kill();
  await opencode.start();
  await expect(line(talk, /Run.*sleep 70/)).toContainText('Cut off', { timeout: 60_000 });
});
