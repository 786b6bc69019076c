// @ts-check
/** Sessions that already happened, so that whoever comes first sees the product with something in it. */

/** @typedef {import('./opencode.mjs').OpenCode} OpenCode */
/** @typedef {import('./sandbox.mjs').Sandbox} Sandbox */

/** The sandbox asks before commands and edits; these sessions had nobody to ask. */
const UNASKED = [
  { permission: 'bash', pattern: '*', action: 'allow' },
  { permission: 'edit', pattern: '*', action: 'allow' },
];

/** @typedef {{ directory: 'here' | 'other', prompts: string[] }} Past */

/** Oldest first: the list shows the newest at the top.
 * @type {readonly Past[]} */
const PAST = [
  { directory: 'other', prompts: ['Describe the lamp [[text words=60]]'] },
  { directory: 'here', prompts: ['Explain the gauge module', 'Thank you, that is clear. [[say "You are welcome."]]'] },
  { directory: 'here', prompts: ['Look for the log of last night'] },
  { directory: 'here', prompts: ['Make a plan'] },
  { directory: 'here', prompts: ['Fix the gauge', 'Run the tests'] },
];

/** A session that stands still until its owner answers. */
const WAITING = 'Ask me which station to look at';

/**
 * @param {OpenCode} opencode
 * @param {Sandbox} sandbox
 */
export async function seed(opencode, sandbox) {
  for (const { directory, prompts } of PAST) {
    const where = directory === 'here' ? sandbox.directory : (sandbox.others[0] ?? sandbox.directory);
    const session = await opencode.createSession({ permission: UNASKED }, where);
    for (const prompt of prompts) await opencode.prompt(session, prompt, where);
  }
  await opencode.send(await opencode.createSession(), WAITING);
}
