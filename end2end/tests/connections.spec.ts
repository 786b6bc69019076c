/** Several servers: added, tried, changed, lost and removed while everything runs; and how well the connections do. */
import { createServer, request as ask, type Server } from 'node:http';
import type { Locator, Page } from '@playwright/test';
import { PASSWORD } from '../fixtures/door.ts';
import { expectNoSidewaysScroll, live, look } from '../fixtures/look.ts';
import { freshSession, openSession, openSessions, Talk } from '../fixtures/talk.ts';
import { expect, failedWith, test as base } from '../fixtures/test.ts';
import { freePort, OpenCode } from '../peer/opencode.mjs';
import { createSandbox } from '../peer/sandbox.mjs';

const START_MS = 120_000;

/** A second real OpenCode, in a project of its own. */
const test = base.extend<object, { second: OpenCode }>({
  second: [
    async ({ model }, use) => {
      const sandbox = createSandbox({ modelUrl: model.url, name: 'boathouse' });
      const second = await OpenCode.start(sandbox);
      await use(second);
      await second.stop();
      sandbox.remove();
    },
    { scope: 'worker', timeout: START_MS },
  ],
});

/** The form of a server, by the words on the screen. */
const formOf = (page: Page) => {
  const dialog = page.getByRole('dialog').filter({ has: page.getByLabel('Address') });
  return {
    dialog,
    name: dialog.getByLabel('Name', { exact: true }),
    address: dialog.getByLabel('Address'),
    user: dialog.getByLabel('User name'),
    password: dialog.getByLabel('Password', { exact: true }),
    test: dialog.getByRole('button', { name: 'Test' }),
    save: dialog.getByRole('button', { name: 'Save' }),
  };
};

const cardOf = (page: Page, name: string): Locator => page.getByRole('article', { name, exact: true });

async function openServers(page: Page): Promise<void> {
  await page.goto('/servers');
  await live(page);
}

async function addServer(page: Page, name: string, address: string): Promise<Locator> {
  await openServers(page);
  await page.getByRole('button', { name: 'Add server' }).click();
  const form = formOf(page);
  await form.address.fill(address);
  await form.name.fill(name);
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  const card = cardOf(page, name);
  await expect(card).toBeVisible();
  return card;
}

test('on a phone to test comes before to save, and both stay in reach above the keyboard', { tag: '@phone' }, async ({ owner: page }) => {
  await openServers(page);
  await page.getByRole('button', { name: 'Add server' }).click();
  const form = formOf(page);
  await expect(form.address).toBeFocused();
  const { width } = page.viewportSize() ?? { width: 0 };
  // As much as a keyboard leaves.
  await page.setViewportSize({ width, height: 420 });
  await form.address.fill('http://127.0.0.1:4096');
  for (const button of [form.test, form.save]) await expect(button).toBeInViewport({ ratio: 1 });
  await look(page, 'server-form-keyboard');
  const [test, save] = [await form.test.boundingBox(), await form.save.boundingBox()];
  expect(test?.y).toBe(save?.y);
  expect(test?.x ?? 0).toBeLessThan(save?.x ?? 0);
  await expectNoSidewaysScroll(page);
});

test('a second server is tried, saved and connected; its sessions stand beside the first one’s', async ({ owner: page, opencode, second }) => {
  await opencode.createSession({ title: 'On the workstation' });
  await second.createSession({ title: 'In the boathouse' });
  await openServers(page);
  await page.getByRole('button', { name: 'Add server' }).click();
  const form = formOf(page);
  await expect(form.address).toBeFocused();
  await look(page, 'server-form');

  await form.name.fill('Boathouse');
  await form.address.fill(`http://127.0.0.1:${await freePort()}`);
  await form.test.click();
  await expect(form.dialog).toContainText('Nothing listens at');
  await expect(form.dialog).toContainText('opencode serve');
  await look(page, 'server-form-failed');
  await expect(form.name).toHaveValue('Boathouse');

  await form.address.fill(second.url);
  await form.test.click();
  await expect(form.dialog).toContainText(/OpenCode 1\.18\.33 answered in \d+ ms/);
  await expect(form.dialog).toContainText('on the machine that Nexus runs on');
  await look(page, 'server-form-found');
  await expect(page.getByRole('article')).toHaveCount(1);

  await form.save.click();
  await expect(form.dialog).toBeHidden();
  const card = cardOf(page, 'Boathouse');
  await expect(card.getByText('Connected', { exact: true })).toBeVisible();
  await look(page, 'servers-two');
  await expectNoSidewaysScroll(page);

  const list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^On the workstation/ })).toBeVisible();
  await expect(list.getByRole('link', { name: /^In the boathouse/ })).toBeVisible();
  await expect(list.getByRole('button', { name: /boathouse · Boathouse/ })).toBeVisible();
  const shown = list.getByRole('group', { name: 'Servers shown' });
  await look(page, 'list-two-servers');
  await shown.getByRole('button', { name: /^Boathouse/ }).click();
  await expect(list.getByRole('link', { name: /^On the workstation/ })).toBeHidden();
  await expect(list.getByRole('link', { name: /^In the boathouse/ })).toBeVisible();
  await shown.getByRole('button', { name: 'All' }).click();
  await expect(list.getByRole('link', { name: /^On the workstation/ })).toBeVisible();

  const talk = await openSession(page, 'In the boathouse');
  await expect(page.getByRole('banner').or(page.locator('.head'))).toContainText('Boathouse');
  await talk.say('[[say "Said in the boathouse."]]');
  await talk.expectAnswer('Said in the boathouse.');
  await talk.expectQuiet();

  // A new session is asked for where one is, and can be made on the other.
  const sessions = await openSessions(page);
  await sessions.getByRole('button', { name: 'New session' }).click();
  const servers = page.getByRole('dialog').getByRole('group', { name: 'Server' });
  await expect(servers.getByRole('button', { name: 'Boathouse' })).toHaveAttribute('aria-pressed', 'true');
  await look(page, 'new-session-two-servers');
});

test('what is wrong with an address is said beside it, and nothing typed is lost', async ({ owner: page, opencode, watch }) => {
  watch.allow(failedWith(422));
  await openServers(page);
  await page.getByRole('button', { name: 'Add server' }).click();
  const form = formOf(page);
  await form.name.fill('Somewhere');
  await form.user.fill('keeper');
  await form.password.fill('a secret of the peer');
  for (const [address, why] of [
    ['http://169.254.169.254', 'reserved'],
    ['ftp://127.0.0.1', 'http:// or https://'],
    ['http://me:secret@127.0.0.1', 'own fields'],
    [opencode.url, 'already'],
    ['http://nowhere.invalid:4096', ''],
  ] as const) {
    await form.address.fill(address);
    await form.save.click();
    if (why) {
      await expect(form.address).toHaveAccessibleDescription(new RegExp(why));
      await expect(form.address).toBeFocused();
    }
  }
  // A password in clear over the internet is a choice of the owner's alone.
  await expect(form.dialog).toContainText('unencrypted through networks that are not yours');
  await look(page, 'server-form-in-clear');
  await expect(form.name).toHaveValue('Somewhere');
  await expect(form.user).toHaveValue('keeper');
  await expect(form.password).toHaveValue('a secret of the peer');
  await form.dialog.getByLabel('Send the password unencrypted').check();
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  const card = cardOf(page, 'Somewhere');
  await expect(card).toContainText('cannot be reached');
  await expect(card).toContainText('travels unencrypted');
  await look(page, 'servers-one-unreachable');
});

test('a server is renamed, let go, taken up and removed; OpenCode keeps its sessions', async ({ owner: page, second }) => {
  const session = await second.createSession({ title: 'Left alone' });
  await addServer(page, 'Shed', second.url);
  await cardOf(page, 'Shed').getByRole('button', { name: 'Edit' }).click();
  const form = formOf(page);
  await expect(form.address).toHaveValue(second.url);
  await form.name.fill('Boathouse');
  await look(page, 'server-form-edit');
  await form.save.click();
  const card = cardOf(page, 'Boathouse');
  await expect(card.getByText('Connected', { exact: true })).toBeVisible();
  await card.getByRole('button', { name: 'Disconnect' }).click();
  await expect(card.getByText('Disconnected', { exact: true })).toBeVisible();
  await card.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(card.getByText('Connected', { exact: true })).toBeVisible();

  await card.getByRole('button', { name: 'Remove' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove Boathouse?' });
  await expect(dialog).toContainText('sessions stay as they are');
  await look(page, 'server-remove');
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: 'Remove' }).click();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(card).toBeHidden();
  const list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^Left alone/ })).toBeHidden();
  expect(await second.ask(`/session/${session}`)).toMatchObject({ id: session, title: 'Left alone' });
});

test('a dead server slows none of the others; what happened to it is in its history', async ({ owner: page, opencode, second }) => {
  await addServer(page, 'Boathouse', second.url);
  await expect(cardOf(page, 'Boathouse').getByText('Connected', { exact: true })).toBeVisible();
  await second.kill();
  try {
    await expect(cardOf(page, 'Boathouse').getByText('Error', { exact: true })).toBeVisible();
    await look(page, 'servers-one-dead');
    const talk = await freshSession(page, opencode, 'Alive and well');
    await talk.say('[[say "Not slowed down."]]');
    await talk.expectAnswer('Not slowed down.');
    await expect(talk.connection).toContainText('Live');
  } finally {
    await second.start();
  }
  await second.createSession({ title: 'Made meanwhile' });
  await openServers(page);
  const card = cardOf(page, 'Boathouse');
  await expect(card.getByText('Connected', { exact: true })).toBeVisible({ timeout: 45_000 });
  await card.getByText('Health and history').click();
  const happened = card.getByRole('list', { name: 'What happened' });
  await expect(happened).toContainText('Lost');
  await expect(happened).toContainText('Caught up');
  await expect(happened.getByRole('listitem').last()).toContainText('OpenCode 1.18.33');
  await expect(card.getByRole('img', { name: /check/ })).toBeVisible();
  await happened.scrollIntoViewIfNeeded();
  await look(page, 'server-history');
  await expectNoSidewaysScroll(page);
});

test('behind the status of the connection is how well each part of the way does', async ({ owner: page, second }) => {
  await addServer(page, 'Boathouse', second.url);
  await expect(cardOf(page, 'Boathouse').getByText('Connected', { exact: true })).toBeVisible();
  await new Talk(page).connection.getByRole('button').click();
  const dialog = page.getByRole('dialog', { name: 'Connection' });
  const device = dialog.getByRole('region', { name: 'This device' });
  await expect(device).toContainText(/Round trip\s*\d+ ms/);
  await expect(device).toContainText(/Received\s*[\d.]+ (B|KB)/);
  await expect(device).toContainText('Event stream');
  const server = dialog.getByRole('region', { name: 'Boathouse' });
  await expect(server).toContainText(/Round trip\s*\d+ ms/);
  await expect(server).toContainText(/Received\s*[\d.]+ (B|KB)/);
  await expect(server).toContainText(/Missed and made up for\s*\d+/);
  await look(page, 'connection-quality');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('after ten minutes the password is asked for once, and the command goes on by itself', async ({ owner: page, second, watch }) => {
  watch.allow(failedWith(403), failedWith(422));
  // The product's clock cannot be moved from here: its first answer is what it would say later.
  let first = true;
  await page.route('**/api/servers/add', async (route) => {
    if (!first) return route.continue();
    first = false;
    return route.fulfill({ status: 403, contentType: 'application/json', body: '"step_up"' });
  });
  await openServers(page);
  await page.getByRole('button', { name: 'Add server' }).click();
  const form = formOf(page);
  await form.address.fill(second.url);
  await form.name.fill('Boathouse');
  await form.save.click();
  const step = page.getByRole('dialog', { name: 'Enter your password' });
  await expect(step.getByLabel('Your password')).toBeFocused();
  await step.getByLabel('Your password').fill('not the password');
  await step.getByRole('button', { name: 'Go on' }).click();
  await expect(step.getByLabel('Your password')).toHaveAccessibleDescription(/not your password/);
  await look(page, 'step-up');
  await step.getByLabel('Your password').fill(PASSWORD);
  await step.getByRole('button', { name: 'Go on' }).click();
  await expect(step).toBeHidden();
  await expect(form.dialog).toBeHidden();
  await expect(cardOf(page, 'Boathouse').getByText('Connected', { exact: true })).toBeVisible();
  // The session has another token and is the same session.
  await page.reload();
  await live(page);
  await expect(cardOf(page, 'Boathouse')).toBeVisible();
});

test('a server that wants a password says so, and has it from the card', async ({ owner: page, second }) => {
  const door = await closedDoor(second, 'keeper', 'open sesame');
  try {
    const card = await addServer(page, 'Locked', door.url);
    await expect(card).toContainText('This server wants a password.');
    await card.getByRole('button', { name: 'Enter password' }).click();
    const form = formOf(page);
    await form.user.fill('keeper');
    await form.password.fill('open sesame');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await expect(card.getByText('Connected', { exact: true })).toBeVisible();

    // Elsewhere it is another server: the password stays behind.
    await card.getByRole('button', { name: 'Edit' }).click();
    await expect(form.password).toHaveValue('');
    await expect(form.password).toHaveAccessibleDescription(/One is kept/);
    await form.address.fill(second.url);
    await expect(form.dialog).toContainText('does not go to another');
    await look(page, 'server-form-moved');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await expect(card.getByText('Connected', { exact: true })).toBeVisible();
    await card.getByRole('button', { name: 'Edit' }).click();
    await expect(form.dialog).not.toContainText('Forget the kept password');
  } finally {
    door.server.closeAllConnections();
    door.server.close();
  }
});

/** An OpenCode behind a door that wants a name and a password. */
async function closedDoor(to: OpenCode, user: string, password: string): Promise<{ url: string; server: Server }> {
  const right = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const server = createServer((incoming, outgoing) => {
    if (incoming.headers.authorization !== right) {
      outgoing.writeHead(401, { 'www-authenticate': 'Basic realm="Secure Area"' }).end();
      return;
    }
    const headers = { ...incoming.headers };
    delete headers.authorization;
    const passed = ask(`${to.url}${incoming.url ?? '/'}`, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${port}`, server };
}
