/** Many pages of one browser at once. */
import { live } from '../fixtures/look.ts';
import { freshSession, Talk } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

/** More pages than a browser grants connections over HTTP/1.1. */
const TABS = 8;

test('eight pages of one browser are all live at once', { tag: '@desktop' }, async ({ owner: page, opencode, context }) => {
  const first = await freshSession(page, opencode, 'Eight tabs');
  const talks = [first];
  for (let n = 1; n < TABS; n += 1) {
    const tab = await context.newPage();
    await tab.goto(page.url());
    await live(tab);
    talks.push(new Talk(tab));
  }
  for (const talk of talks) await expect(talk.connection).toHaveText('Live');
  const last = talks.at(-1) ?? first;
  await last.say('[[say "To everyone."]]');
  for (const talk of talks) await talk.expectAnswer('To everyone.');
});
