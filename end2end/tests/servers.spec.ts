/** The servers page: what is connected, and what to do about what is not. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createOwner } from '../fixtures/door.ts';
import { live, look } from '../fixtures/look.ts';
import { Nexus } from '../fixtures/nexus.ts';
import { expect, test } from '../fixtures/test.ts';
import { freePort } from '../peer/opencode.mjs';

test('a connected server tells its name, address, version and family, and can be let go and taken up', async ({ owner: page, opencode }) => {
  await page.goto('/servers');
  await live(page);
  const main = page.getByRole('main');
  await expect(main.getByText('Connected')).toBeVisible();
  await expect(main).toContainText(String(opencode.port));
  await expect(main).toContainText('1.18.33');
  await look(page, 'servers');

  await page.getByRole('button', { name: 'Disconnect' }).click();
  await expect(main.getByText('Disconnected')).toBeVisible();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(main.getByText('Connected', { exact: true })).toBeVisible();
});

/** What may answer at the address of an OpenCode that is none. */
const STRANGERS: { what: string; answer: RequestListener; says: RegExp }[] = [
  {
    what: 'a web page',
    answer: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Shop</title>'),
    says: /web page|not OpenCode|no OpenCode/i,
  },
  {
    what: 'a server that wants a password',
    answer: (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="Secure Area"' }).end(),
    says: /password/i,
  },
  {
    what: 'garbage',
    answer: (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"healthy":'),
    says: /sense|understand|garbled|not OpenCode|no OpenCode/i,
  },
  {
    what: 'a server in trouble',
    answer: (_, response) => response.writeHead(503).end(),
    says: /503/,
  },
];

test.describe('what cannot be had says why', () => {
  // Each starts a product of its own beside the test's; sizes make no difference to the sentences.
  test.beforeEach(({}, info) => {
    test.skip(info.project.name === 'phone', 'the sentences are the same at both sizes');
  });

  for (const { what, answer, says } of STRANGERS) {
    test(what, async ({ page, watch }) => {
      const stranger = await listen(answer);
      await withNexus(stranger.url, async (nexus) => {
        watch.accept(nexus.url);
        await createOwner(page, await nexus.setupUrl());
        await page.goto(`${nexus.url}/servers`);
        await expect(page.getByRole('main')).toContainText(says);
        await look(page);
      });
      stranger.server.closeAllConnections();
      stranger.server.close();
    });
  }

  test('nobody at that address', async ({ page, watch }) => {
    await withNexus(`http://127.0.0.1:${await freePort()}`, async (nexus) => {
      watch.accept(nexus.url);
      await createOwner(page, await nexus.setupUrl());
      await page.goto(`${nexus.url}/servers`);
      await expect(page.getByRole('main')).toContainText(/nothing listens|nobody listens|not running|refused/i);
      await look(page, 'servers-error');
    });
  });

  test('a house without any server says how to get one', async ({ page, watch }) => {
    await withNexus('off', async (nexus) => {
      watch.accept(nexus.url);
      await createOwner(page, await nexus.setupUrl());
      await look(page, 'home-empty');
      await page.goto(`${nexus.url}/servers`);
      await expect(page.getByRole('main')).toContainText(/server/i);
      await look(page, 'servers-empty');
    });
  });
});

async function listen(answer: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(answer);
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${port}`, server };
}

async function withNexus(opencode: string, use: (nexus: Nexus) => Promise<void>): Promise<void> {
  const nexus = await Nexus.start({ opencode });
  try {
    await use(nexus);
  } finally {
    await nexus.stop();
    nexus.remove();
  }
}
