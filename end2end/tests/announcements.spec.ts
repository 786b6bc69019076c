/** What a page tells those who do not look at it: in its title, and aloud. */
import type { Page } from '@playwright/test';
import { freshSession } from '../fixtures/talk.ts';
import { expect, test } from '../fixtures/test.ts';

/** Notes all that is said from now on. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const region = document.querySelector('.unseen[aria-live="polite"]');
    const said: string[] = [];
    Object.assign(window, { said });
    if (!region) throw new Error('Nothing is announced here.');
    new MutationObserver(() => {
      const words = region.textContent.trim();
      if (words) said.push(words);
    }).observe(region, { childList: true, characterData: true, subtree: true });
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

test('an ask and an end are announced once each, here and from elsewhere, and the title says who is needed', async ({ owner: page, opencode }) => {
  const talk = await freshSession(page, opencode, 'Announced');
  const said = await listen(page);
  await talk.say('[[bash cmd="echo aloud"]] [[say "All told."]]');
  await expect(talk.permission).toBeVisible();
  await expect(page).toHaveTitle(/^Needs you · /);
  await talk.permission.getByRole('button', { name: 'Allow once' }).click();
  await talk.expectAnswer('All told.');
  await talk.expectQuiet();
  await expect(page).not.toHaveTitle(/Needs you/);
  await expect.poll(said).toEqual(['Permission needed. Run a command? echo aloud', 'The agent has ended its turn.']);

  await talk.say('[[say "I begin and "]] [[hang]]');
  await talk.expectAnswer('I begin and');
  await talk.stop.click();
  await talk.expectQuiet();
  await expect.poll(async () => (await said()).slice(2)).toEqual(['The turn was stopped.']);

  const other = await opencode.createSession({ title: 'Somewhere else' });
  await opencode.send(other, '[[title "Somewhere else"]] [[question]] [[say "Answered."]]');
  await expect(page).toHaveTitle(/^Needs you · /);
  await expect.poll(async () => (await said()).slice(3)).toEqual(['“Somewhere else” needs you.']);
});
