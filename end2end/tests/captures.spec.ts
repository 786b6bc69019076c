/** What a real server was seen to do and no other journey causes: each as the owner meets it. */
import { look } from '../fixtures/look.ts';
import { freshSession, sessionOf } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

test('a conversation with no room left is summed up by itself and goes on, and has not failed', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'No room');
  await talk.say('Begin [[say "Begun."]]');
  await talk.expectAnswer('Begun.');
  await talk.expectQuiet();
  await talk.say('Too much [[error 400 code=context_length_exceeded times=1 message="The prompt is too long."]] [[say "There is room again."]]');
  await talk.expectAnswer('There is room again.');
  await talk.expectQuiet();
  await expect(talk.log.getByText('had grown too long and was summarised here')).toBeVisible();
  await expect(talk.log.getByText('no longer fits')).toHaveCount(0);
  await look(page, 'overflow');
  await talk.reload();
  await expect(talk.log.getByText('had grown too long and was summarised here')).toBeVisible();
  await expect(talk.log.getByText('no longer fits')).toHaveCount(0);
});

test('a conversation that is nearly full is summed up before the next words are answered', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Nearly full');
  await talk.say('Begin [[usage prompt=190000]] [[say "Begun."]]');
  await talk.expectAnswer('Begun.');
  await talk.expectQuiet();
  await talk.say('And then [[say "Went on."]]');
  await talk.expectAnswer('Went on.');
  await talk.expectQuiet();
  await expect(talk.log.getByText('had grown too long and was summarised here')).toBeVisible();
});

test('an agent that answers nothing is said to have answered nothing', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Empty');
  await talk.say('Nothing [[say ""]]');
  await talk.expectAnswer('No answer');
  await talk.expectQuiet();
  await look(page, 'no-answer');
});

test('what lies outside of the folder is asked for, and a change that is denied is not made', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Outside');
  await talk.say('Look outside [[read path="/etc/hostname"]] [[say "Seen."]]');
  await expect(talk.permission).toContainText('Work outside the session');
  await expect(talk.permission).toContainText('/etc/hostname');
  await look(page, 'dock-outside');
  await talk.permission.getByRole('button', { name: 'Allow once' }).click();
  await talk.expectAnswer('Seen.');
  await talk.expectQuiet();
  await talk.say('Change [[read path="README.md"]] [[edit path="README.md" old="Reads the tide gauges" new="Reads the barometers"]] [[say "Changed."]]');
  await expect(talk.permission).toContainText('README.md');
  await expect(talk.permission).toContainText('Reads the barometers');
  await look(page, 'dock-edit');
  await talk.permission.getByRole('button', { name: 'Deny', exact: true }).click();
  await talk.expectQuiet();
  await expect(talk.log.locator('summary').filter({ hasText: 'Edit' })).toContainText('Denied');
  const readme = (await opencode.ask('/file/content?path=README.md')) as { content: string };
  expect(readme.content).not.toContain('barometers');
});

test('calls that no tool can take say so, and the turn goes on', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Wrong calls');
  await talk.say(`Wrong [[tool read args='{"nope":1}']]&[[tool bash args='{"command": "ec']] [[say "Tried."]]`);
  await talk.expectAnswer('Tried.');
  await talk.expectQuiet();
  await expect(talk.log.locator('summary').filter({ hasText: 'Read' })).toContainText('Failed');
  await expect(talk.log.locator('summary').filter({ hasText: 'Wrong call' })).toContainText('bash');
  for (const summary of await talk.log.locator('summary').filter({ hasText: /Failed|Not run/ }).all()) await summary.click();
  await look(page, 'wrong-calls');
});

for (const [how, script] of [
  ['breaks off', '[[say "Half of it"]] [[cut]] [[say " and whole."]]'],
  ['fails in the middle', '[[say "Half of it"]] [[retry 500 times=1]] [[say " and whole."]]'],
] as const) {
  test(`an answer that ${how} is tried again, and no word of it stands twice`, async ({ owner: page, opencode }) => {
    const talk = await freshSession(page, opencode, `It ${how}`);
    await talk.say(`Once ${script}`);
    await talk.expectAnswer('Half of it and whole.');
    await talk.expectQuiet();
    await expect(talk.answers.filter({ hasText: 'Half of it' })).toHaveCount(1);
    await expect(talk.log.locator('.failure')).toHaveCount(0);
  });
}

test('a key that the provider refuses says where to mend that', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Key');
  await talk.say('Key [[error 401 message="Incorrect API key provided."]]');
  await talk.expectAnswer('The provider refused the key');
  await talk.expectAnswer('opencode auth login');
  await talk.expectQuiet();
});

test('an agent that turns in a circle can be stopped', async ({ owner: page, opencode, model }) => {
  const talk = await freshSession(page, opencode, 'Circle');
  const session = sessionOf(page);
  await talk.say(`Circle of ${session} [[say "Again."]] [[eof]]`);
  await expect.poll(() => talk.answers.filter({ hasText: 'Again.' }).count()).toBeGreaterThan(3);
  await talk.stop.click();
  await talk.expectQuiet();
  await talk.expectAnswer('Stopped');
  const turns = model.turns(session).length;
  await talk.say('And now [[say "Straight."]]');
  await talk.expectAnswer('Straight.');
  expect(model.turns(`Circle of ${session}`).length, 'it was not asked again').toBe(turns);
});
