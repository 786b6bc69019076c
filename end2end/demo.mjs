// @ts-check
/**
 * A whole OpenCode to look at, without an account or a network: the scripted model, a real `opencode serve` in a sandbox,
 * and a few sessions that already happened.
 *
 * Prints one line of JSON, `{"opencode":"http://127.0.0.1:PORT","directory":"…"}`, when all is ready,
 * and lives until its standard input closes or it is told to end. What it does meanwhile goes to standard error.
 */
import process from 'node:process';
import { Model } from './model/server.mjs';
import { OpenCode } from './peer/opencode.mjs';
import { createSandbox } from './peer/sandbox.mjs';
import { seed } from './peer/seed.mjs';

/** About as fast as a person reads aloud, and never so slow that one waits for it. */
const WORDS_EVERY_MS = 25;

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

/** Resolves when somebody wants the demo to end; listening begins at once, so that no wish is missed. */
const ending = new Promise((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
  process.stdin.once('end', resolve);
  process.stdin.once('close', resolve);
  process.stdin.resume();
});

const model = await Model.start({ pace: 0 });
const sandbox = createSandbox({ modelUrl: model.url, others: ['lamp-room'] });
try {
  say('Starting OpenCode with a scripted model (a few seconds) …');
  const opencode = await OpenCode.start(sandbox);
  try {
    say('Writing a few sessions …');
    await Promise.race([seed(opencode, sandbox), ending]);
    model.pace = WORDS_EVERY_MS;
    process.stdout.write(`${JSON.stringify({ opencode: opencode.url, directory: opencode.directory })}\n`);
    await ending;
  } finally {
    await opencode.stop();
  }
} finally {
  await model.stop();
  sandbox.remove();
}
process.exit(0);
