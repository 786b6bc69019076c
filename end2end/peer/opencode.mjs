// @ts-check
/**
 * A real `opencode serve`: started, found healthy, killed and started again on the same port, and stopped.
 * It ends only the process it started itself.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { opencodeBinary } from './binary.mjs';

/** @typedef {import('./sandbox.mjs').Sandbox} Sandbox */

/** A request that arrives while the server starts may never be answered, so a probe is short and repeated. */
const PROBE_MS = 2_000;
const PROBE_PAUSE_MS = 100;
/** Four seconds alone on an idle machine; tests share theirs. */
const START_MS = 90_000;
/** It ends within 0.1 s of SIGTERM; after this it is killed. */
const STOP_MS = 5_000;
const ASK_MS = 60_000;

export class OpenCode {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;

  /**
   * @param {Sandbox} sandbox
   * @param {number} port
   */
  constructor(sandbox, port) {
    this.sandbox = sandbox;
    this.port = port;
  }

  /** @param {Sandbox} sandbox */
  static async start(sandbox) {
    const server = new OpenCode(sandbox, await freePort());
    await server.start();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get directory() {
    return this.sandbox.directory;
  }

  /** Starts the process (again, on the same port) and waits until it answers. */
  async start() {
    if (this.#child) throw new Error('OpenCode is already running.');
    const child = spawn(opencodeBinary(), ['serve', '--hostname', '127.0.0.1', '--port', String(this.port)], {
      cwd: this.sandbox.directory,
      env: this.sandbox.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(join(this.sandbox.root, 'opencode.log'), { flags: 'a' });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.#child = child;
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    const until = Date.now() + START_MS;
    while (!(await this.#healthy())) {
      if (this.#child !== child) throw new Error(`OpenCode ended while starting: see ${this.sandbox.root}/opencode.log`);
      if (Date.now() > until) throw new Error(`OpenCode did not become healthy: see ${this.sandbox.root}/opencode.log`);
      await delay(PROBE_PAUSE_MS);
    }
  }

  async #healthy() {
    try {
      const response = await fetch(`${this.url}/global/health`, { signal: AbortSignal.timeout(PROBE_MS) });
      const body = /** @type {{ healthy?: boolean }} */ (await response.json());
      return body.healthy === true;
    } catch {
      return false;
    }
  }

  /** As a crash does: no farewell. */
  async kill() {
    await this.#end('SIGKILL');
  }

  async stop() {
    await this.#end('SIGTERM');
  }

  /** @param {'SIGTERM' | 'SIGKILL'} signal */
  async #end(signal) {
    const child = this.#child;
    if (child?.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  }

  /**
   * A request to the server itself, for seeding and for checking what a screen should show.
   * @param {string} path
   * @param {unknown} [body] present: POST
   * @param {string} [directory]
   * @param {string} [method]
   * @returns {Promise<unknown>}
   */
  async ask(path, body, directory = this.directory, method = body === undefined ? 'GET' : 'POST') {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-opencode-directory': encodeURIComponent(directory),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ASK_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`OpenCode answered ${response.status} to ${path}: ${text.slice(0, 300)}`);
    // An unknown route answers 200 with the web app's page.
    if (text && !response.headers.get('content-type')?.includes('json')) throw new Error(`OpenCode has no ${path}.`);
    return text ? /** @type {unknown} */ (JSON.parse(text)) : undefined;
  }

  /**
   * @param {object} [fields] title, permission …
   * @param {string} [directory]
   * @returns {Promise<string>} the session's id
   */
  async createSession(fields = {}, directory = this.directory) {
    const session = /** @type {{ id: string }} */ (await this.ask('/session', fields, directory));
    return session.id;
  }

  /**
   * Sends a prompt and waits until its whole turn is over.
   * @param {string} session
   * @param {string} text
   * @param {string} [directory]
   */
  async prompt(session, text, directory = this.directory) {
    await this.ask(`/session/${session}/message`, { parts: [{ type: 'text', text }] }, directory);
  }

  /**
   * Sends a prompt without waiting for its answer.
   * @param {string} session
   * @param {string} text
   */
  async send(session, text) {
    await this.ask(`/session/${session}/prompt_async`, { parts: [{ type: 'text', text }] });
  }
}

/** @returns {Promise<number>} a port nobody listens on at this moment */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
