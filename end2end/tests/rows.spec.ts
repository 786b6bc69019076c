/** Rows of a conversation: what was said, what waits, what was taken back, what was summarised. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectNoSidewaysScroll, look } from '../fixtures/look.ts';
import { freshSession, sessionOf } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

const CORPUS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'crates', 'markdown', 'tests', 'corpus', 'xss.txt');

/** One pixel. */
const PICTURE = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

interface Said {
  info: { id: string; role: string };
}

test('nothing of what is written to make a page run something runs, and all of it can be read', async ({ owner: page, opencode, nexus }) => {
  const talk = await freshSession(page, opencode, 'Hostile words');
  const payloads = readFileSync(CORPUS, 'utf8').split('\n').filter(Boolean);
  const spoken = payloads.map((payload) => payload.replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  await talk.say(`[[say "${spoken.join('\\n\\n')}\\n\\nThe end of it."]]`);
  await talk.expectAnswer('The end of it.');
  await talk.expectQuiet();
  await expect(talk.answers.filter({ hasText: 'globalThis.owned=1' }).first()).toBeVisible();
  const state = await page.evaluate(() => ({
    owned: 'owned' in globalThis,
    // The user's row holds the same words as text.
    made: document.querySelectorAll('.column :is(script, iframe, object, embed, form, base, meta, link, style, math, textarea, template, img)').length,
    hrefs: [...document.querySelectorAll('.column a')].map((link) => new URL((link as HTMLAnchorElement).href).protocol),
    handlers: [...document.querySelectorAll('.column *')].filter((it) => it.getAttributeNames().some((name) => /^on/i.test(name))).length,
  }));
  expect(state.owned).toBe(false);
  expect(state.made).toBe(0);
  expect(state.handlers).toBe(0);
  expect(state.hrefs.filter((protocol) => !['http:', 'https:', 'mailto:'].includes(protocol))).toEqual([]);
  await expect(talk.log.getByRole('link', { name: 'https://bank.example' })).toBeVisible();
  await expect(talk.answers.filter({ hasText: '(evil.example)' }).first()).toBeVisible();
  expect(new URL(page.url()).origin).toBe(nexus.url);
  await look(page, 'hostile');
  await expectNoSidewaysScroll(page);
});

test('what a footnote says is a press away, and so is where it stands', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Footnotes');
  const between = Array.from({ length: 40 }, (_, line) => `Line ${line} of the logbook.`).join('\\n\\n');
  await talk.say(`[[say "The pier is sound[^survey].\\n\\n${between}\\n\\n[^survey]: By the survey of May."]]`);
  await talk.expectAnswer('By the survey of May.');
  await talk.expectQuiet();
  const mark = talk.log.getByRole('button', { name: 'Footnote survey', exact: true });
  await mark.scrollIntoViewIfNeeded();
  const said = talk.answers.getByText('By the survey of May.');
  await expect(said).not.toBeInViewport();
  await mark.click();
  await expect(said).toBeInViewport();
  await talk.log.getByRole('button', { name: 'Back to where footnote survey stands' }).click();
  await expect(mark).toBeInViewport();
  await expect(mark).toBeFocused();
});

test('code that still streams looks like code and stays the same element', async ({ owner: page, opencode, model }, info) => {
  const talk = await freshSession(page, opencode, 'Streaming code');
  const gate = `code-${info.project.name}`;
  await talk.say(
    `[[say "Here it is:\\n\\n\`\`\`rust\\nfn main() {\\n    let first = 1;\\n"]] [[gate ${gate}]] [[say "    let second = 2;\\n}\\n\`\`\`\\n\\nThat was it."]]`,
  );
  await model.gates.reached(gate);
  const code = talk.log.getByRole('group', { name: 'Code, rust' });
  await expect(code).toContainText('let first = 1;');
  const element = await code.elementHandle();
  model.gates.open(gate);
  await talk.expectAnswer('That was it.');
  await expect(code).toContainText('let second = 2;');
  expect(await element.evaluate((it) => it.isConnected)).toBe(true);
  const block = talk.log.locator('.code');
  await block.getByRole('button', { name: 'Wrap lines' }).click();
  await expect(block.getByRole('button', { name: 'Wrap lines' })).toHaveAttribute('aria-pressed', 'true');
});

test('headings stand in the order of their sizes, and what a change takes away is red', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Headings');
  await talk.say('[[say "Before.\\n\\n## Large\\n\\n### Less\\n\\n#### Least\\n\\n```diff\\n-gone\\n+come\\n```\\n\\nAfter."]]');
  await talk.expectAnswer('After.');
  await talk.expectQuiet();
  const sizeOf = (name: string) => talk.log.getByRole('heading', { name, exact: true }).evaluate((it) => Number.parseFloat(getComputedStyle(it).fontSize));
  const sizes = [await sizeOf('Large'), await sizeOf('Less'), await sizeOf('Least')];
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(new Set(sizes).size, 'no two are alike').toBe(3);
  const margin = await talk.log.getByRole('heading', { name: 'Large', exact: true }).evaluate((it) => Number.parseFloat(getComputedStyle(it).marginTop));
  expect(margin).toBeGreaterThan(10);
  const colourOf = (words: string) => talk.log.locator('.code.patch').getByText(words).evaluate((it) => getComputedStyle(it).color);
  expect(await colourOf('-gone')).toBe(await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = 'var(--del)';
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }));
});

test('many lines of the owner are folded until all are asked for', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Many lines');
  const lines = Array.from({ length: 40 }, (_, at) => `Line ${at + 1}`);
  await talk.say(`${lines.join('\n')}\n[[say "Read."]]`);
  await talk.expectAnswer('Read.');
  const said = talk.log.getByRole('group', { name: 'You said' });
  const heightOf = async () => (await said.locator('.said').boundingBox())?.height ?? 0;
  const folded = await heightOf();
  expect(folded).toBeLessThan(360);
  await said.getByText('Show all').click();
  await expect.poll(heightOf).toBeGreaterThan(2 * folded);
  await said.getByText('Show less').click();
  await expect.poll(heightOf).toBe(folded);
});

test('a picture is shown, another file is a name to fetch', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Attachments');
  const session = sessionOf(page);
  await opencode.ask(`/session/${session}/prompt_async`, {
    parts: [
      { type: 'text', text: 'Look at these [[say "Seen."]]' },
      { type: 'file', mime: 'image/png', filename: 'gauge.png', url: PICTURE },
      { type: 'file', mime: 'application/pdf', filename: 'table.pdf', url: 'data:application/pdf;base64,JVBERi0xLjQ=' },
    ],
  });
  await talk.expectAnswer('Seen.');
  const said = talk.log.getByRole('group', { name: 'You said' });
  const picture = said.locator('img');
  await expect.poll(() => picture.evaluate((it) => (it as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
  await expect(said.getByRole('link', { name: /table\.pdf/ })).toHaveAttribute('download', 'table.pdf');
  await look(page, 'attachments');
});

test('what is said while a turn runs is queued, and then answered together', async ({ owner: page, opencode, model }, info) => {
  const talk = await freshSession(page, opencode, 'Queue');
  const gate = `queue-${info.project.name}`;
  await talk.say(`First [[say "I begin."]] [[gate ${gate}]] [[say "First done."]]`);
  await model.gates.reached(gate);
  const session = sessionOf(page);
  for (const words of ['Second thought', 'Third thought [[say "All done."]]']) {
    await opencode.send(session, words);
  }
  await expect(talk.log.getByText('Queued: the agent reads it with its next step')).toHaveCount(2);
  await look(page, 'queued');
  model.gates.open(gate);
  await talk.expectAnswer('All done.');
  await talk.expectQuiet();
  await expect(talk.log.getByText(/^Queued/)).toHaveCount(0);
  await expect(talk.log.getByText('Answered together with your next message')).toHaveCount(1);
});

test('what is taken back is marked, and stays to be read', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Taken back');
  await talk.say('Keep this [[say "Kept."]]');
  await talk.expectAnswer('Kept.');
  await talk.expectQuiet();
  await talk.say('Undo this [[say "Undone."]]');
  await talk.expectAnswer('Undone.');
  await talk.expectQuiet();
  const session = sessionOf(page);
  const messages = (await opencode.ask(`/session/${session}/message`)) as Said[];
  const last = messages.findLast((message) => message.info.role === 'user');
  await opencode.ask(`/session/${session}/revert`, { messageID: last?.info.id });
  await expect(talk.log.getByText(/^Taken back from here on/)).toBeVisible();
  await talk.expectAnswer('Undone.');
  await look(page, 'reverted');
  await opencode.ask(`/session/${session}/unrevert`, {});
  await expect(talk.log.getByText(/^Taken back from here on/)).toHaveCount(0);
});

test('a summary is told and folded, and the answer can be copied as it was written', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Summed up');
  await talk.say('Tell me [[say "A **bold** word."]]');
  await talk.expectAnswer('A bold word.');
  await talk.expectQuiet();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await talk.log.getByRole('button', { name: 'Copy answer as Markdown' }).click();
  await expect(talk.log.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('A **bold** word.');

  await opencode.ask(`/session/${sessionOf(page)}/summarize`, { providerID: 'scripted', modelID: 'scripted-1' });
  await expect(talk.log.getByText('You had the conversation summarised here')).toBeVisible();
  await talk.log.getByText('Summary of what was said before').click();
  await talk.expectAnswer('Nothing is left open.');
  await look(page, 'compacted');
});

test('trying again can be stopped', async ({ owner: page, opencode }, info) => {
  const talk = await freshSession(page, opencode, 'Never again');
  await talk.say(`${info.project.name} asks once more [[retry 429 times=9 after=600]] [[say "Never said."]]`);
  await expect(talk.log.getByText(/Trying again in \d+ (?:min|s)/)).toBeVisible();
  await look(page, 'retrying');
  await talk.log.getByRole('button', { name: 'Stop trying' }).click();
  await expect(talk.log.getByText(/Trying again/)).toHaveCount(0);
  await talk.expectQuiet();
  await talk.expectAnswer(/^\s*Stopped\s*$/);
  await expect(talk.log.getByRole('button', { name: 'Copy answer as Markdown' }), 'nothing was said').toHaveCount(0);
});
