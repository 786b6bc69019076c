// @ts-check
/**
 * A long past for OpenCode: a session of any number of messages, as work leaves them behind (prompts, reasoning, tools
 * with their output, answers in markdown), brought in by OpenCode's own `import`. The same number gives the same session.
 */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { opencodeBinary } from './binary.mjs';

/** @typedef {import('./opencode.mjs').OpenCode} OpenCode */

/** Messages of one turn: a prompt and the steps of its answer. */
export const TURN = 5;
/** When the last message was made, before now. */
const LATEST_AGO_MS = 60_000;
const BETWEEN_MS = 20_000;
/** OpenCode starts, reads the file and writes its database; five thousand messages take it some seconds. */
const IMPORT_MS = 120_000;

const WORDS = ('tide gauge harbour lamp station datum reading drift buoy channel anchor beacon current depth sounding chart ' +
  'swell pier mooring signal keeper ledger storm glass barometer needle copper brass hinge rope timber stone').split(' ');

/**
 * @param {OpenCode} opencode
 * @param {{ title: string, messages: number, needles?: Record<number, string> }} past `needles`: words that stand in the
 *   prompt of a turn, counted from 0
 * @returns {Promise<string>} the session's id
 */
export async function importHistory(opencode, { title, messages, needles = {} }) {
  const { directory, env, root } = opencode.sandbox;
  const serial = String(messages).padStart(6, '0') + String(Date.now() % 1e8).padStart(8, '0');
  const session = `ses_1f00000${serial.slice(0, 5)}${serial.padEnd(14, '0')}`;
  const file = join(root, `${session}.json`);
  const start = Date.now() - LATEST_AGO_MS - messages * BETWEEN_MS;
  const info = {
    id: session,
    slug: 'long-watch',
    projectID: 'global',
    directory,
    title,
    version: '1.18.33',
    time: { created: start, updated: start + messages * BETWEEN_MS },
  };
  const place = { session, directory, start, serial };
  const all = Array.from({ length: messages }, (_, n) => message(n, place, needles[Math.floor(n / TURN)]));
  writeFileSync(file, JSON.stringify({ info, messages: all }));
  await promisify(execFile)(opencodeBinary(), ['import', file], { cwd: directory, env, timeout: IMPORT_MS });
  rmSync(file);
  // The running server has not seen it happen: it says so now.
  await opencode.ask(`/session/${session}`, { title }, directory, 'PATCH');
  return session;
}

/** What a turn's prompt says, for tests that look for it. @param {number} turn */
export const promptOf = (turn) => `Task ${turn}: ${words(turn * 7, 12)}`;

/** @param {number} seed @param {number} count */
function words(seed, count) {
  return Array.from({ length: count }, (_, at) => WORDS[(seed * 31 + at * (7 + (seed % 5))) % WORDS.length]).join(' ');
}

/**
 * @param {number} n
 * @param {{ session: string, directory: string, start: number, serial: string }} place
 * @param {string | undefined} needle
 */
function message(n, { session, directory, start, serial }, needle) {
  const step = n % TURN;
  const turn = Math.floor(n / TURN);
  /** @param {string} kind @param {number} number @param {number} part */
  const id = (kind, number, part = 0) =>
    `${kind}_1f${(number * 16 + part).toString(16).padStart(10, '0')}${serial.padEnd(14, '0')}`;
  const created = start + n * BETWEEN_MS;
  const time = { start: created, end: created + 900 };
  const messageID = id('msg', n);
  /** @param {object[]} parts */
  const placed = (parts) => parts.map((part, at) => ({ id: id('prt', n, at), sessionID: session, messageID, ...part }));
  const model = { providerID: 'scripted', modelID: 'scripted-1' };
  if (step === 0) {
    return {
      info: { id: messageID, sessionID: session, role: 'user', time: { created }, agent: 'build', model },
      parts: placed([{ type: 'text', text: needle ?? promptOf(turn) }]),
    };
  }
  const last = step === TURN - 1;
  const info = {
    id: messageID,
    sessionID: session,
    role: 'assistant',
    time: { created, completed: created + 1_000 },
    parentID: id('msg', turn * TURN),
    ...model,
    mode: 'build',
    agent: 'build',
    path: { cwd: directory, root: directory },
    cost: 0.001,
    tokens: { input: 900, output: 100, reasoning: 0, cache: { read: 100, write: 0 } },
    finish: last ? 'stop' : 'tool-calls',
  };
  if (last) return { info, parts: placed([{ type: 'text', text: answer(turn), time }]) };
  return { info, parts: placed([{ type: 'reasoning', text: words(n, 40), time }, tool(n, directory, time)]) };
}

/**
 * @param {number} n
 * @param {string} directory
 * @param {{ start: number, end: number }} time
 */
function tool(n, directory, time) {
  // By the place in its turn, so that every session ends alike, however long it is.
  const lines = Array.from({ length: 20 + (n % TURN) * 30 }, (_, at) => `${at}: ${words(n + at, 9)}`).join('\n');
  const call = { type: 'tool', callID: `call_${n}` };
  if (n % 2 === 0) {
    const command = `grep -rn "${words(n, 2)}" src`;
    return {
      ...call,
      tool: 'bash',
      state: {
        status: 'completed', input: { command, description: words(n, 4) }, output: lines, title: command,
        metadata: { output: lines, exit: 0, truncated: false }, time,
      },
    };
  }
  const filePath = `${directory}/src/${words(n, 1)}-${n % 50}.mjs`;
  return {
    ...call,
    tool: 'read',
    state: { status: 'completed', input: { filePath }, output: lines, title: filePath, metadata: { preview: '', truncated: false }, time },
  };
}

/** @param {number} turn */
function answer(turn) {
  const code = `const ${WORDS[turn % WORDS.length]} = read(${turn});`;
  return [
    `## Report ${turn}`,
    words(turn, 45),
    `- ${words(turn + 1, 8)}\n- ${words(turn + 2, 8)}\n- **${words(turn + 3, 4)}**`,
    `\`\`\`js\n${code}\nreturn ${turn};\n\`\`\``,
    words(turn + 4, 30),
  ].join('\n\n');
}
