/** Everything that can be written, attached, named and chosen before a message goes, by the words on the screen. */
import type { Locator, Page } from '@playwright/test';
import { expectNoSidewaysScroll, live, look } from '../fixtures/look.ts';
import { freshSession, newSession, Talk } from '../fixtures/talk.ts';
import { expect, failedWith, NOBODY_THERE, test } from '../fixtures/test.ts';

const files = (page: Page): Locator => page.getByRole('group', { name: 'Attached files' });
const listed = (page: Page): Locator => page.getByRole('listbox');

/** The title a test gives its session, so that no two share one. */
const titled = (what: string, info: { project: { name: string } }) => `${what} ${info.project.name}`;

test('pictures and texts go with a message: shown, taken out, kept over a reload, sent', async ({ owner: page, opencode, model }, info) => {
  const talk = await freshSession(page, opencode, titled('Files', info));
  const attach = page.getByLabel('Attach files');
  await attach.setInputFiles([
    { name: 'harbour.png', mimeType: 'image/png', buffer: await page.screenshot() },
    { name: 'a-very-long-name-of-a-file-that-nobody-would-type-by-hand.txt', mimeType: 'text/plain', buffer: Buffer.from('High water 04:12\n') },
    { name: 'extra.txt', mimeType: 'text/plain', buffer: Buffer.from('Not needed\n') },
  ]);
  await expect(files(page)).toContainText('harbour.png');
  await expect(files(page)).toContainText('3 of 10 files');
  await expect(files(page)).not.toContainText('Uploading');
  await talk.message.fill('Look at this');
  await look(page, 'composer-files');
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Remove extra.txt' }).click();
  await expect(files(page)).not.toContainText('extra.txt');
  await page.reload();
  await live(page);
  await expect(files(page)).toContainText('harbour.png');
  await expect(files(page)).toContainText('2 of 10 files');
  await expect(talk.message).toHaveValue('Look at this');
  await expect(files(page).getByRole('img')).toHaveCount(0);
  await talk.say('Look at this [[say "I see a harbour."]]');
  await expect(files(page)).toBeHidden();
  await talk.expectAnswer('I see a harbour.');
  const said = talk.log.locator('.user');
  await expect(said).toContainText('harbour.png');
  await expect(said).toContainText('a-very-long-name');
  await talk.expectQuiet();
  expect(model.turns('Look at this').length, 'sent once').toBe(1);
  await look(page, 'composer-files-sent');
});

test('a phone tells what can be attached before anything is picked', { tag: '@phone' }, async ({ owner: page, opencode }, info) => {
  const talk = await freshSession(page, opencode, titled('Limits', info));
  await expect(page.getByLabel('Attach files')).toBeHidden();
  await page.getByRole('button', { name: 'Attach', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: 'Attach to the message' });
  await expect(sheet).toContainText('10 files, 25 MB together');
  await expect(sheet.getByLabel('Take a picture')).toHaveAccessibleDescription(/Pictures and PDF up to 10 MB/);
  await look(page, 'composer-attach');
  await expectNoSidewaysScroll(page);
  await sheet.getByLabel('Choose files').setInputFiles([{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('High water 04:12\n') }]);
  await expect(sheet).toBeHidden();
  await expect(files(page)).toContainText('notes.txt');
  await expect(talk.send).toBeEnabled();
});

test('files are pasted and dropped, are a message by themselves, and what cannot be attached says why', async ({ owner: page, opencode, watch }, info) => {
  watch.allow(failedWith(422));
  const talk = await freshSession(page, opencode, titled('More files', info));
  await expect(talk.send).toBeDisabled();
  for (const [kind, name] of [
    ['paste', 'pasted.txt'],
    ['drop', 'dropped.txt'],
  ] as const) {
    await talk.message.evaluate(
      (field, [type, file]) => {
        const data = new DataTransfer();
        data.items.add(new File(['words'], file, { type: 'text/plain' }));
        const init = { bubbles: true, cancelable: true };
        field.dispatchEvent(
          type === 'paste' ? new ClipboardEvent('paste', { ...init, clipboardData: data }) : new DragEvent('drop', { ...init, dataTransfer: data }),
        );
      },
      [kind, name] as const,
    );
    await expect(files(page)).toContainText(name);
  }
  await page.getByLabel('Attach files').setInputFiles([
    { name: 'program.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]) },
    { name: 'huge.txt', mimeType: 'text/plain', buffer: Buffer.alloc(11 * 1024 * 1024, 'a') },
    { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
  ]);
  await expect(files(page)).toContainText('Only pictures (PNG, JPEG, GIF, WebP), PDF and text files can be attached.');
  await expect(files(page)).toContainText('The file is too large: 10 MB are the limit.');
  await expect(files(page)).toContainText('The file is empty.');
  await look(page, 'composer-files-refused');
  await expectNoSidewaysScroll(page);
  await talk.send.click();
  await expect(page.getByText('Not every file is uploaded.')).toBeVisible();
  for (const name of ['program.bin', 'huge.txt', 'empty.txt']) await page.getByRole('button', { name: `Remove ${name}` }).click();
  await talk.send.click();
  await expect(talk.log.locator('.user')).toContainText('pasted.txt');
  await talk.expectQuiet();
});

test('@ names files and agents, moved through from the field', async ({ owner: page, opencode, model }, info) => {
  const talk = await freshSession(page, opencode, titled('Names', info));
  await talk.message.click();
  await talk.message.pressSequentially('Compare @gau');
  await expect(listed(page).getByRole('option', { name: 'src/gauge.mjs' })).toBeVisible();
  await look(page, 'composer-named');
  await expect(talk.message).toHaveAttribute('aria-activedescendant', /./);
  const first = listed(page).getByRole('option').first();
  await expect(first).toHaveAttribute('aria-selected', 'true');
  const name = (await first.innerText()).trim();
  await page.keyboard.press('Tab');
  await expect(talk.message).toHaveValue(`Compare @${name} `);
  await expect(talk.message).toBeFocused();
  await talk.message.pressSequentially('and @explo');
  await expect(listed(page).getByRole('option', { name: /^explore/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(listed(page)).toBeHidden();
  await talk.message.fill('');
  await talk.message.pressSequentially('@src');
  await listed(page).getByRole('option', { name: 'src/', exact: true }).click();
  await expect(talk.message, 'a folder leads on').toHaveValue('@src/');
  await expect(talk.message).toBeFocused();
  await listed(page).getByRole('option', { name: 'src/log.mjs' }).click();
  await expect(talk.message).toHaveValue('@src/log.mjs ');
  await talk.message.pressSequentially('@zzzzqqq');
  await expect(page.getByText('No file or agent of this name.')).toBeVisible();
  await talk.message.fill('See @README.md [[say "It names the tide."]]');
  await talk.send.click();
  await talk.expectAnswer('It names the tide.');
  await expect(talk.log.locator('.user')).toContainText('README.md');
  expect(model.turns('See @README.md').length, 'sent once').toBe(1);
});

test('/ runs a command', async ({ owner: page, opencode }, info) => {
  const talk = await freshSession(page, opencode, titled('Commands', info));
  await talk.message.click();
  await talk.message.pressSequentially('/ti');
  await expect(listed(page).getByRole('option', { name: /^tide/ })).toBeVisible();
  await look(page, 'composer-commands');
  await page.keyboard.press('Enter');
  await expect(talk.message).toHaveValue('/tide ');
  await talk.message.pressSequentially('the quay [[say "High water."]]');
  await talk.send.click();
  await talk.expectAnswer('High water.');
  await expect(talk.log.locator('.user')).toContainText('Read the tide at the quay');
  await talk.message.fill('/nothing');
  await talk.message.press('End');
  await expect(page.getByText('No command “nothing”: it is sent as words.')).toBeVisible();
});

test('! runs a shell command without the agent, once, and only while the agent rests', async ({ owner: page, opencode, model }, info) => {
  const talk = await freshSession(page, opencode, titled('Shell', info));
  await talk.message.fill('!echo "the tide is $((40 + 2))"');
  await expect(page.getByText('A shell command: it runs in', { exact: false })).toBeVisible();
  await look(page, 'composer-shell');
  await talk.send.click();
  await talk.expectAnswer(/echo "the tide/);
  await talk.expectQuiet();
  expect(model.turns('the tide is').length, 'no agent was asked').toBe(0);
  await talk.say('[[hang]]');
  await expect(talk.stop).toBeVisible();
  await talk.message.fill('!echo never');
  await talk.send.click();
  await expect(page.getByText('a shell command runs only while it rests').first()).toBeVisible();
  await expect(talk.message).toHaveValue('!echo never');
  await talk.stop.click();
  await talk.expectQuiet();
});

test('the field grows to two fifths of the screen; while the agent works a message is queued, and that is said', async ({ owner: page, opencode, model }, info) => {
  const talk = await freshSession(page, opencode, titled('Busy', info));
  const heightOf = async () => (await talk.message.boundingBox())?.height ?? 0;
  const one = await heightOf();
  await talk.message.fill('line\n'.repeat(4));
  expect(await heightOf()).toBeGreaterThan(one);
  await talk.message.fill('line\n'.repeat(200));
  expect(await heightOf()).toBeLessThanOrEqual((page.viewportSize()?.height ?? 0) * 0.41);
  await expect(talk.send).toBeInViewport({ ratio: 1 });
  await look(page, 'composer-tall');
  const gate = `busy-${info.project.name}-${info.testId}`;
  await talk.say(`Begin [[gate ${gate}]] [[say "The first is done."]]`);
  await model.gates.reached(gate);
  await talk.message.fill('And then this [[say "The second too."]]');
  await expect(page.getByText('The agent is at work: it reads this after its present step.')).toBeVisible();
  await look(page, 'composer-busy');
  await talk.send.click();
  await expect(talk.log.locator('.user').last()).toContainText('And then this');
  model.gates.open(gate);
  await talk.expectAnswer('The second too.');
  await talk.expectQuiet();
});

test('model, variant and agent are chosen by search, star and keyboard, and what was used is offered first', async ({ owner: page, opencode }, info) => {
  const talk = await freshSession(page, opencode, titled('Choices', info));
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await expect(dialog.getByRole('button', { name: /^Scripted One/ })).toBeVisible();
  await dialog.getByRole('button', { name: 'Favourite: Scripted Small' }).click();
  await expect(dialog.getByText('Favourites')).toBeVisible();
  await look(page, 'composer-model');
  await dialog.getByRole('button', { name: /^Scripted Small/ }).first().click();
  await expect(dialog).toBeHidden();
  const modelButton = page.getByRole('button', { name: 'Model', exact: true });
  await expect(modelButton).toContainText('Scripted Small');
  await expect(page.getByRole('button', { name: 'Variant', exact: true })).toBeHidden();

  await modelButton.click();
  await dialog.getByRole('button', { name: /^Scripted One/ }).first().focus();
  await page.keyboard.press('Enter');
  await expect(modelButton).toContainText('Scripted One');
  const variant = page.getByRole('button', { name: 'Variant', exact: true });
  await expect(variant).toContainText('Default');
  await variant.click();
  await dialog.getByRole('button', { name: 'high' }).click();
  await expect(variant).toContainText('high');

  const agent = page.getByRole('button', { name: 'Agent', exact: true });
  await agent.click();
  await expect(dialog.getByText(/^Helpers: the agent calls them/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: /^explore/ })).toBeDisabled();
  await look(page, 'composer-agent');
  await dialog.getByRole('button', { name: /^build/ }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(agent).toContainText('plan');
  await talk.say('[[say "Planned."]]');
  await talk.expectAnswer('Planned.');
  await talk.expectAnswer(/plan/);
  await page.reload();
  await live(page);
  await expect(modelButton).toContainText('Scripted One');
  await expect(variant).toContainText('high');
  await modelButton.click();
  await expect(dialog.getByText('Used lately')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  // Another session in the same folder begins with it.
  await newSession(page, opencode.directory);
  await expect(modelButton).toContainText('Scripted One');
  await expect(variant).toContainText('high');
});

test('what waits to be sent survives the end of its tab', async ({ owner: page, nexus, opencode, context, model, watch }, info) => {
  watch.allow(NOBODY_THERE, failedWith(503));
  const talk = await freshSession(page, opencode, titled('Offline', info));
  const address = page.url();
  await expect(page.getByText('What shall it do?')).toBeVisible();
  await nexus.stop();
  await expect(page.getByText('What you send waits here until the connection is back, and goes out then.')).toBeVisible();
  const words = `Sent later ${info.testId}`;
  await talk.say(`${words} [[say "It arrived."]]`);
  await expect(talk.log).toContainText('Waits until the connection is back.');
  await page.close();
  await nexus.launch();
  const later = await context.newPage();
  await later.goto(address);
  await live(later);
  await new Talk(later).expectAnswer('It arrived.');
  expect(model.turns(words).length, 'sent once').toBe(1);
});
