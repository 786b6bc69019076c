// @ts-check
/** The scripted model through a real OpenCode: each directive causes what the browser tests count on. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Model } from '../model/server.mjs';
import { Events } from './events.mjs';
import { OpenCode } from './opencode.mjs';
import { createSandbox } from './sandbox.mjs';

/** @type {Model} */
let model;
/** @type {import('./sandbox.mjs').Sandbox} */
let sandbox;
/** @type {OpenCode} */
let opencode;
/** @type {Events} */
let events;

before(async () => {
  model = await Model.start();
  sandbox = createSandbox({ modelUrl: model.url });
  opencode = await OpenCode.start(sandbox);
  events = await Events.follow(opencode);
});

after(async () => {
  events.close();
  await opencode.stop();
  await model.stop();
  sandbox.remove();
});

/** @param {string} session */
const messages = async (session) =>
  /** @type {{ info: any, parts: any[] }[]} */ (await opencode.ask(`/session/${session}/message`));

/** @param {string} session the text of its last message */
const lastText = async (session) =>
  (await messages(session)).at(-1)?.parts.filter((part) => part.type === 'text').map((part) => String(part.text)).join('');

/** @param {string} session @param {string} type */
const of = (session, type) => events.seen.filter((it) => it.type === type && it.properties['sessionID'] === session);

test('text streams word by word, and the session gets its title from the prompt', async () => {
  const session = await opencode.createSession();
  await opencode.prompt(session, 'Count the boats [[count to=50]]');
  assert.equal(await lastText(session), Array.from({ length: 50 }, (_, index) => index + 1).join(' '));
  assert.equal(of(session, 'message.part.delta').length, 50);
  await events.until((it) => it.type === 'session.updated' && it.properties['info'].title === 'Count the boats');
  assert.equal(model.turns('Count the boats').length, 1);
});

test('a gate holds the answer in the middle until it is opened', async () => {
  const session = await opencode.createSession();
  await opencode.send(session, '[[say "first "]] [[gate middle]] [[say "second"]]');
  await model.gates.reached('middle');
  await events.until((it) => it.type === 'message.part.delta' && it.properties['delta'] === 'first ');
  assert.equal(of(session, 'session.idle').length, 0);
  model.gates.open('middle');
  await events.idle(session);
  assert.equal(await lastText(session), 'first second');
});

test('a command asks, and runs once it is allowed', async () => {
  const session = await opencode.createSession();
  await opencode.send(session, '[[bash cmd="echo tide"]] [[say "It ran."]]');
  const ask = await events.until((it) => it.type === 'permission.asked' && it.properties['sessionID'] === session);
  assert.equal(ask.properties['permission'], 'bash');
  await opencode.ask(`/permission/${String(ask.properties['id'])}/reply`, { reply: 'once' });
  await events.idle(session);
  assert.equal(await lastText(session), 'It ran.');
});

test('a question is asked and answered', async () => {
  const session = await opencode.createSession();
  await opencode.send(session, '[[question]] [[say "North it is."]]');
  const ask = await events.until((it) => it.type === 'question.asked' && it.properties['sessionID'] === session);
  await opencode.ask(`/question/${String(ask.properties['id'])}/reply`, { answers: [['North pier']] });
  await events.idle(session);
  assert.equal(await lastText(session), 'North it is.');
});

test('thinking, todos, helpers and parallel calls become their own parts', async () => {
  const session = await opencode.createSession();
  await opencode.prompt(
    session,
    '[[think words=5]] [[todo]] [[read path="README.md"]]&[[glob pattern="src/*"]] [[task prompt="Look [[say seen]]"]] [[markdown]]',
  );
  const parts = (await messages(session)).flatMap((message) => message.parts);
  assert.deepEqual(
    parts.filter((part) => part.type === 'tool').map((part) => `${String(part.tool)} ${String(part.state.status)}`),
    ['todowrite completed', 'read completed', 'glob completed', 'task completed'],
  );
  assert.equal(String(parts.find((part) => part.type === 'reasoning')?.text).split(' ').length, 5);
});

test('a hanging model is stopped by an abort', async () => {
  const session = await opencode.createSession();
  await opencode.send(session, '[[say "Half a "]] [[gate hanging]] [[hang]]');
  await model.gates.reached('hanging');
  await opencode.ask(`/session/${session}/abort`, {});
  await events.idle(session);
  assert.equal((await messages(session)).at(-1)?.info.error?.name, 'MessageAbortedError');
});

test('a refusal ends the turn with an error', async () => {
  const session = await opencode.createSession();
  await opencode.send(session, '[[error 400 message="No tide today."]]');
  const error = await events.until((it) => it.type === 'session.error' && it.properties['sessionID'] === session);
  assert.match(JSON.stringify(error.properties), /No tide today/);
});

test('a busy model is asked again and then answers', async () => {
  const session = await opencode.createSession();
  await opencode.send(session, '[[retry 429 times=1 after=1]] [[say "At last."]]');
  await events.until(
    (it) => it.type === 'session.status' && it.properties['sessionID'] === session && it.properties['status'].type === 'retry',
  );
  await events.idle(session);
  assert.equal(await lastText(session), 'At last.');
});

test('killed in the middle of an answer it comes back on the same port with what it had stored', async () => {
  const session = await opencode.createSession();
  await opencode.prompt(session, '[[say "Kept."]]');
  await opencode.send(session, '[[say "Lost "]] [[gate crash]]');
  await model.gates.reached('crash');
  events.close();
  await opencode.kill();
  await opencode.start();
  events = await Events.follow(opencode);
  assert.equal((await messages(session)).length, 4);
  await opencode.prompt(session, '[[say "On we go."]]');
  assert.equal(await lastText(session), 'On we go.');
});
