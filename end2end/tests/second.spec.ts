/**
 * The main job over OpenCode 2: a server with a password, a new session, words that stream, a request that is allowed,
 * questions that are answered, a turn that is stopped; and nothing on the screen that this protocol has not. The other
 * end is a fake, for no real one can be had.
 */
import type { Page } from '@playwright/test';
import { createOwner } from '../fixtures/door.ts';
import { expectNoSidewaysScroll, live, look } from '../fixtures/look.ts';
import { Nexus } from '../fixtures/nexus.ts';
import { newSession, openSession, openSessions, sessionOf } from '../fixtures/talk.ts';
import { expect, test as base } from '../fixtures/test.ts';
import { OpenCode2 } from '../peer/opencode2.mjs';

const test = base.extend<{ peer: OpenCode2 }>({
  peer: async ({}, use) => {
    const peer = await OpenCode2.start();
    await use(peer);
    await peer.stop();
  },

  nexus: async ({ peer }, use, info) => {
    const nexus = await Nexus.start({ opencode: peer.url });
    await use(nexus);
    await nexus.stop();
    if (info.status !== info.expectedStatus) {
      await info.attach('opencode-nexus.log', { body: nexus.output, contentType: 'text/plain' });
    }
    nexus.remove();
  },

  /** The owner, and the server's password in its place. */
  owner: async ({ page, nexus, peer }, use) => {
    await createOwner(page, await nexus.setupUrl());
    await givePassword(page, peer);
    await page.goto('/');
    await live(page);
    await use(page);
  },
});

async function givePassword(page: Page, peer: OpenCode2): Promise<void> {
  await page.goto('/servers');
  await live(page);
  const card = page.getByRole('article');
  await expect(card).toContainText('This server wants a password.');
  await card.getByRole('button', { name: 'Enter password' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password', { exact: true }).fill(peer.password);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(card.getByText('Connected', { exact: true })).toBeVisible();
}

/** A piece of a text that streams. */
const at = (message: string, ordinal: number) => ({ assistantMessageID: message, ordinal });

test('a session is made, its answer streams, a request is allowed, questions are answered, a turn is stopped', async ({ owner: page, peer }) => {
  const talk = await newSession(page, peer.directory);
  const session = sessionOf(page);

  await talk.say('Is the tide going out?');
  const handed = await peer.asked('POST', '/api/session/*/prompt');
  expect(handed.body).toMatchObject({ text: 'Is the tide going out?', delivery: 'steer' });
  expect(String(handed.body['id'])).toMatch(/^msg_/);
  const step = await peer.begin(session);
  await peer.publish(session, 'session.text.started', at(step, 0));
  await peer.publish(session, 'session.text.delta', { ...at(step, 0), delta: 'It **falls** ' });
  await talk.expectAnswer('It falls');
  await expect(talk.stop).toBeVisible();
  await peer.publish(session, 'session.text.delta', { ...at(step, 0), delta: 'since noon.' });
  await talk.expectAnswer('since noon.');
  await peer.publish(session, 'session.text.ended', { ...at(step, 0), text: 'It **falls** since noon.' });

  // A command, which must be allowed first.
  const tool = { assistantMessageID: step, id: 'call_1' };
  await peer.publish(session, 'session.tool.input.started', { ...tool, name: 'shell' });
  await peer.publish(session, 'session.tool.called', { ...tool, input: { command: 'cat logs/night.log' } });
  await peer.publish(session, 'permission.asked', {
    ...{ id: 'per_1', action: 'shell', resources: ['cat logs/night.log'], save: ['cat *'] },
    source: { type: 'tool', messageID: step, id: 'call_1' },
  });
  await expect(talk.permission).toBeVisible();
  await expect(talk.permission).toContainText('cat logs/night.log');
  await look(page, 'second-permission');
  await talk.permission.getByRole('button', { name: 'Allow once' }).click();
  const reply = await peer.asked('POST', '/api/session/*/permission/*/reply');
  expect(reply.body).toEqual({ decision: 'once' });
  await expect(talk.permission).toBeHidden();
  await peer.publish(session, 'session.tool.success', { ...tool, content: [{ type: 'text', text: '06:10 falling\n' }], metadata: { exit: 0 } });

  // Questions come as a form.
  await peer.publish(session, 'form.created', {
    form: {
      ...{ id: 'frm_1', sessionID: session, title: 'Questions' },
      metadata: { kind: 'question', tool: { messageID: step, id: 'call_2' } },
      fields: [
        {
          ...{ key: 'q0', title: 'Unit', description: 'In which unit?', type: 'string', required: true },
          options: [
            { value: 'm', label: 'Metres' },
            { value: 'ft', label: 'Feet' },
          ],
        },
        {
          ...{ key: 'q1', title: 'Stations', description: 'Which stations?', type: 'multiselect' },
          options: [
            { value: 'n', label: 'North pier' },
            { value: 's', label: 'South pier' },
          ],
        },
      ],
    },
  });
  await expect(talk.question).toBeVisible();
  await talk.question.getByRole('radio', { name: /Metres/ }).check();
  await talk.question.getByRole('checkbox', { name: /North pier/ }).check();
  await talk.question.getByRole('checkbox', { name: /South pier/ }).check();
  await look(page, 'second-question');
  await talk.question.getByRole('button', { name: 'Answer' }).click();
  const answer = await peer.asked('POST', '/api/session/*/form/*/reply');
  expect(answer.body).toEqual({ answer: { q0: 'm', q1: ['n', 's'] } });
  await expect(talk.question).toBeHidden();

  await peer.endStep(session, step, 'tool-calls');
  const last = await peer.step(session);
  await peer.say(session, last, 0, 'Low water is at six.');
  await peer.endStep(session, last, 'stop');
  await peer.end(session);
  await talk.expectAnswer('Low water is at six.');
  await talk.expectQuiet();
  await look(page, 'second-session');
  await expectNoSidewaysScroll(page);

  // A turn that goes on until it is stopped.
  await talk.say('Tell me about every lamp.');
  await peer.asked('POST', '/api/session/*/prompt', 2);
  const long = await peer.begin(session);
  await peer.publish(session, 'session.text.started', at(long, 0));
  await peer.publish(session, 'session.text.delta', { ...at(long, 0), delta: 'The first lamp' });
  await talk.expectAnswer('The first lamp');
  await talk.stop.click();
  await peer.asked('POST', '/api/session/*/interrupt');
  await peer.publish(session, 'session.text.ended', { ...at(long, 0), text: 'The first lamp' });
  await peer.publish(session, 'session.step.failed', { assistantMessageID: long, error: { type: 'aborted', message: 'Aborted' } });
  await talk.expectQuiet();

  await talk.reload();
  await talk.expectAnswer('Low water is at six.');
  await talk.expectAnswer('The first lamp');
  await talk.expectQuiet();
  await expect(talk.log.getByText('Is the tide going out?')).toHaveCount(1);
});

test('a form asks what its answers call for, and takes what must be answered', async ({ owner: page, peer }) => {
  const session = await peer.createSession('About the way');
  const talk = await openSession(page, 'About the way', session);
  const step = await peer.begin(session);
  await peer.publish(session, 'form.created', {
    form: {
      ...{ id: 'frm_2', sessionID: session, title: 'Questions' },
      metadata: { kind: 'question', tool: { messageID: step, id: 'call_1' } },
      fields: [
        {
          ...{ key: 'how', title: 'How do you come?', type: 'string', required: true },
          options: [
            { value: 'r', label: 'By rail' },
            { value: 'f', label: 'On foot' },
          ],
        },
        { key: 'seat', title: 'Shall I keep a seat?', type: 'boolean', required: true, when: [{ key: 'how', op: 'eq', value: 'r' }] },
        { key: 'many', title: 'How many are you?', type: 'integer', required: false },
      ],
    },
  });
  const answer = talk.question.getByRole('button', { name: 'Answer' });
  const seat = talk.question.getByRole('group', { name: /keep a seat/ });
  await expect(talk.question).toBeVisible();
  await expect(seat).toBeHidden();
  await expect(answer).toBeDisabled();
  await talk.question.getByRole('radio', { name: 'By rail' }).check();
  await expect(seat).toBeVisible();
  await expect(answer).toBeDisabled();
  await seat.getByRole('radio', { name: 'Yes' }).check();
  await expect(answer).toBeEnabled();
  await look(page, 'second-form');
  // What was said to a question that is not asked any more does not go along.
  await talk.question.getByRole('radio', { name: 'On foot' }).check();
  await expect(seat).toBeHidden();
  await talk.question.getByRole('textbox', { name: 'Your own words' }).fill('3');
  await answer.click();
  const told = await peer.asked('POST', '/api/session/*/form/*/reply');
  expect(told.body).toEqual({ answer: { how: 'f', many: 3 } });
  await expect(talk.question).toBeHidden();
});

test('what waits says what for, is put off, and goes back into the field when it is taken back', async ({ owner: page, peer }) => {
  const session = await peer.createSession('About wind');
  const talk = await openSession(page, 'About wind', session);
  const step = await peer.begin(session);
  await peer.publish(session, 'session.text.started', at(step, 0));
  await peer.publish(session, 'session.text.delta', { ...at(step, 0), delta: 'It blows' });
  await talk.expectAnswer('It blows');

  await talk.say('And from where?');
  await expect(talk.log.getByText('Queued: the agent reads it with its next step')).toBeVisible();
  const said = talk.log.getByRole('group', { name: 'You said' });
  const sheet = page.getByRole('dialog');
  await said.getByRole('button', { name: 'Message actions' }).click();
  await look(page, 'second-waits');
  await sheet.getByRole('button', { name: /^After the turn/ }).click();
  const put = await peer.asked('PATCH', '/api/session/*/inbox/*');
  expect(put.body).toEqual({ delivery: 'queue' });
  await expect(talk.log.getByText('Queued: the agent reads it when its turn has ended')).toBeVisible();
  await expect(sheet).toBeHidden();

  await said.getByRole('button', { name: 'Message actions' }).click();
  await expect(sheet.getByRole('button', { name: /^With the next step/ })).toBeVisible();
  await sheet.getByRole('button', { name: /^Take back/ }).click();
  await peer.asked('DELETE', '/api/session/*/inbox/*');
  await expect(said).toHaveCount(0);
  await expect(talk.message).toHaveValue('And from where?');
  expect(await peer.inbox(session)).toEqual([]);

  // What a stopped turn left unread says so.
  await talk.send.click();
  await expect(said).toHaveCount(1);
  await talk.stop.click();
  await peer.asked('POST', '/api/session/*/interrupt');
  await expect(talk.log.getByText('Not read yet')).toBeVisible();
  await look(page, 'second-parked');
  await talk.reload();
  await expect(talk.log.getByText('Not read yet')).toBeVisible();
});

test('a message is written for after the turn while one runs, and only then', async ({ owner: page, peer }) => {
  const session = await peer.createSession('About tides');
  const talk = await openSession(page, 'About tides', session);
  const later = page.getByRole('button', { name: 'After the turn' });
  await expect(talk.message).toBeEnabled();
  await expect(later).toHaveCount(0);
  const step = await peer.begin(session);
  await peer.publish(session, 'session.text.started', at(step, 0));
  await peer.publish(session, 'session.text.delta', { ...at(step, 0), delta: 'It falls' });
  await talk.expectAnswer('It falls');
  await later.click();
  await expect(later).toHaveAttribute('aria-pressed', 'true');
  await talk.message.fill('And when does it rise?');
  await expect(page.getByText('it reads this after its turn')).toBeVisible();
  await look(page, 'second-later');
  await expectNoSidewaysScroll(page);
  await talk.send.click();
  const handed = await peer.asked('POST', '/api/session/*/prompt');
  expect(handed.body).toMatchObject({ text: 'And when does it rise?', delivery: 'queue' });
  await expect(talk.log.getByText('Queued: the agent reads it when its turn has ended')).toBeVisible();
  // It was for one message.
  await expect(later).toHaveAttribute('aria-pressed', 'false');
  await peer.end(session);
  await expect(later).toHaveCount(0);
});

test('what the server itself asks is answered on the overview, and its link says where it leads', async ({ owner: page, peer }) => {
  await peer.publish('global', 'form.created', {
    form: {
      ...{ id: 'frm_3', sessionID: 'global', title: 'Tides wants to know' },
      metadata: { kind: 'mcp-elicitation' },
      fields: [
        { key: 'in', title: 'Sign in', type: 'external', url: 'https://tides.example/in?code=1' },
        { key: 'name', title: 'Your name', type: 'string', default: 'Keeper' },
      ],
    },
  });
  const question = page.getByRole('region', { name: 'Question' });
  await expect(question).toContainText('Tides wants to know');
  const link = question.getByRole('link', { name: 'Open tides.example' });
  await expect(link).toHaveAttribute('href', 'https://tides.example/in?code=1');
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer');
  await expect(question.getByRole('textbox', { name: 'Your own words' })).toHaveValue('Keeper');
  await look(page, 'second-nobodys');
  await expectNoSidewaysScroll(page);
  await question.getByRole('button', { name: 'Answer' }).click();
  const told = await peer.asked('POST', '/api/session/*/form/*/reply');
  expect(told.path).toBe('/api/session/global/form/frm_3/reply');
  expect(told.body).toEqual({ answer: { name: 'Keeper' } });
  await expect(question).toHaveCount(0);
});

test('what this protocol has not is not offered, and what is offered is done', async ({ owner: page, peer }) => {
  await peer.createSession('About lamps');
  await openSession(page, 'About lamps');
  const actions = page.locator('#place').getByRole('button', { name: 'Session actions' });
  const sheet = page.getByRole('dialog');
  await actions.click();
  await expect(sheet).toBeVisible();
  await expect(sheet.getByRole('button', { name: /share/i })).toHaveCount(0);
  await look(page, 'second-actions');
  await sheet.getByRole('button', { name: /^Compact/ }).click();
  await peer.asked('POST', '/api/session/*/compact');
  await expect(sheet).toBeHidden();

  await actions.click();
  await sheet.getByRole('button', { name: /^Fork/ }).click();
  await peer.asked('POST', '/api/session/*/fork');
  await expect(page.locator('#place').getByText('About lamps').first()).toBeVisible();

  // Put away in Nexus itself: no route of the server's does it.
  await actions.click();
  await sheet.getByRole('button', { name: /^Archive/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const list = await openSessions(page);
  await expect(list.getByRole('link', { name: /^About lamps/ }), 'the copy is put away').toHaveCount(1);
});

test('a server is asked whether it behaves as it is taken to, from its card', async ({ owner: page, peer, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await peer.createSession('Not looked at');
  await page.goto('/servers');
  await live(page);
  const card = page.getByRole('article');
  await look(page, 'second-card');
  await card.getByRole('button', { name: 'Check the protocol' }).click();
  const check = card.getByRole('region', { name: 'Check of the protocol' });
  await expect(check.getByText('As expected', { exact: true })).toBeVisible();
  await check.getByRole('button', { name: 'Show all' }).click();
  await expect(check.getByRole('listitem').filter({ hasText: 'make a session under an id of ours' })).toBeVisible();
  await look(page, 'second-check');
  await expectNoSidewaysScroll(page);
  await check.getByRole('button', { name: 'Copy report' }).click();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toContain('which speaks 2.x');
  expect(report).not.toContain(peer.directory);
  expect(report).not.toContain('Not looked at');
  // Nothing of it is left.
  await page.goto('/');
  await live(page);
  await expect(page.getByText('OpenCode Nexus check')).toHaveCount(0);
});
