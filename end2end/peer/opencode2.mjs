// @ts-check
/**
 * The fake OpenCode 2 of `crates/fakes` as a process: a test says what its agent does. No real one can be had, so
 * what is proved with it is that the pages do their job over that protocol, as the notes have it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const BINARY = process.env['OPENCODE2_BIN'] ?? join(HERE, '..', '..', 'target', 'debug', 'examples', 'opencode2');

export class OpenCode2 {
  /** @type {import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, null>} */
  #child;
  /** @type {AsyncIterableIterator<string>} */
  #lines;
  url = '';
  password = '';
  directory = '';

  /** @param {import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, null>} child */
  constructor(child) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async start() {
    if (!existsSync(BINARY)) {
      throw new Error(`No executable at ${BINARY}: run \`cargo build -p fakes --example opencode2\` or set OPENCODE2_BIN.`);
    }
    const server = new OpenCode2(spawn(BINARY, [], { stdio: ['pipe', 'pipe', 'inherit'] }));
    const first = /** @type {{ url: string, password: string, directory: string }} */ (await server.#answer());
    Object.assign(server, first);
    await server.#do({ do: 'begin', at: Date.now() });
    return server;
  }

  async stop() {
    const exited = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exited;
  }

  /** @returns {Promise<unknown>} */
  async #answer() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('The fake OpenCode 2 ended.');
    return /** @type {unknown} */ (JSON.parse(/** @type {string} */ (value)));
  }

  /**
   * Commands come one after another: each waits for its answer.
   * @param {Record<string, unknown>} command
   */
  async #do(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    return this.#answer();
  }

  /**
   * @param {string} title
   * @returns {Promise<string>} the session's id
   */
  async createSession(title) {
    return /** @type {string} */ (await this.#do({ do: 'session', title }));
  }

  /**
   * Lets something happen in a session.
   * @param {string} session
   * @param {string} kind the whole name: `permission.asked`
   * @param {unknown} [data]
   */
  async publish(session, kind, data = {}) {
    await this.#do({ do: 'publish', session, kind, data });
  }

  /**
   * Begins a turn, delivers what waits, and begins a step.
   * @param {string} session
   * @returns {Promise<string>} the id of the step's message
   */
  async begin(session) {
    await this.#do({ do: 'deliver', session });
    return this.step(session);
  }

  /**
   * @param {string} session
   * @returns {Promise<string>} the id of the step's message
   */
  async step(session) {
    return /** @type {string} */ (await this.#do({ do: 'step', session }));
  }

  /**
   * Says a text in a step, from its beginning to its end.
   * @param {string} session
   * @param {string} message
   * @param {number} ordinal
   * @param {string} text
   */
  async say(session, message, ordinal, text) {
    await this.#do({ do: 'say', session, message, ordinal, text });
  }

  /**
   * @param {string} session
   * @param {string} message
   * @param {string} finish
   */
  async endStep(session, message, finish) {
    await this.#do({ do: 'end step', session, message, finish });
  }

  /**
   * Ends a turn.
   * @param {string} session
   */
  async end(session) {
    await this.publish(session, 'session.execution.succeeded');
  }

  /**
   * What waits in a session's inbox.
   * @param {string} session
   * @returns {Promise<{ id: string, delivery: string, payload: { text: string } }[]>}
   */
  async inbox(session) {
    return /** @type {{ id: string, delivery: string, payload: { text: string } }[]} */ (await this.#do({ do: 'inbox', session }));
  }

  /**
   * Waits until it was asked this `count` times (`*` is any segment); the last of these requests.
   * @param {string} method
   * @param {string} path
   * @param {number} [count]
   * @returns {Promise<{ path: string, query: string, body: Record<string, unknown> }>}
   */
  async asked(method, path, count = 1) {
    const asked = await this.#do({ do: 'asked', method, path, count });
    return /** @type {{ path: string, query: string, body: Record<string, unknown> }} */ (asked);
  }
}
