// @ts-check
/**
 * The scripted model as an OpenAI-compatible server on loopback.
 *
 * `POST /v1/chat/completions` streams what the prompt's script (or scene) says. Beside it, for tests in other processes:
 * `GET /control/runs`, `GET /control/gates/NAME` (answers when the model stands there), `POST /control/gates/NAME` (opens it).
 * It does not try to be a good imitation of any vendor: it speaks exactly what `@ai-sdk/openai-compatible` reads.
 */
import { createServer } from 'node:http';
import { isAbsolute, join } from 'node:path';
import { play } from './answer.mjs';
import { Gates } from './gates.mjs';
import { readRequest } from './request.mjs';
import { sceneFor } from './scenes.mjs';
import { parseScript, ScriptError } from './script.mjs';
import { SUMMARY, titleFor, WELCOME } from './words.mjs';

/** @typedef {import('node:http').IncomingMessage} Incoming */
/** @typedef {import('node:http').ServerResponse} Outgoing */
/** @typedef {import('./script.mjs').Step} Step */
/** @typedef {import('./request.mjs').Asked} Asked */

/**
 * What was asked of the model, for assertions such as "it ran once".
 * @typedef {object} Run
 * @property {import('./request.mjs').Kind} kind
 * @property {string} prompt
 * @property {number} step
 * @property {string} model
 * @property {'running' | 'answered' | 'abandoned'} outcome
 */

/**
 * @typedef {object} ModelOptions
 * @property {number} [pace] milliseconds between words where the script does not say; 0 = at once
 * @property {number} [port] 0 = any free one
 */

const CHARACTERS_PER_TOKEN = 4;
/** A conversation with files read into it stays far below; more is a mistake. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export class Model {
  gates = new Gates();
  /** @type {Run[]} */
  runs = [];
  /** Milliseconds between words where the script does not say. */
  pace;
  #server;
  #calls = 0;

  /** @param {ModelOptions} options */
  constructor(options) {
    this.pace = options.pace ?? 0;
    this.#server = createServer((request, response) => {
      this.#route(request, response).catch((/** @type {unknown} */ error) => {
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { error: { message: String(error), type: 'scripted_model_fault' } });
      });
    });
  }

  /**
   * @param {ModelOptions} [options]
   * @returns {Promise<Model>}
   */
  static async start(options = {}) {
    const model = new Model(options);
    await new Promise((resolve, reject) => {
      model.#server.once('error', reject);
      model.#server.listen(options.port ?? 0, '127.0.0.1', () => resolve(undefined));
    });
    return model;
  }

  /** The address OpenCode is told, `http://127.0.0.1:PORT`. */
  get url() {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The scripted model does not listen.');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /**
   * Turns (no titles, no summaries) whose prompt contains these words.
   * @param {string} words
   */
  turns(words) {
    return this.runs.filter((run) => run.kind === 'turn' && run.prompt.includes(words));
  }

  /** @param {Incoming} request @param {Outgoing} response */
  async #route(request, response) {
    const url = new URL(request.url ?? '/', 'http://model');
    const gate = /^\/control\/gates\/([^/]+)$/.exec(url.pathname)?.[1];
    if (request.method === 'POST' && url.pathname === '/v1/chat/completions') {
      await this.#complete(await readJson(request), response);
    } else if (gate !== undefined && request.method === 'POST') {
      this.gates.open(decodeURIComponent(gate));
      sendJson(response, 200, { open: true });
    } else if (gate !== undefined && request.method === 'GET') {
      await this.gates.reached(decodeURIComponent(gate));
      sendJson(response, 200, { reached: true });
    } else if (request.method === 'GET' && url.pathname === '/control/runs') {
      sendJson(response, 200, this.runs);
    } else {
      sendJson(response, 404, { error: { message: 'The scripted model has no such address.', type: 'not_found' } });
    }
  }

  /** @param {unknown} body @param {Outgoing} response */
  async #complete(body, response) {
    const asked = readRequest(body);
    /** @type {Run} */
    const run = { kind: asked.kind, prompt: asked.prompt, step: asked.step, model: asked.model, outcome: 'running' };
    const attempts = this.runs.filter((other) => other.prompt === run.prompt && other.step === run.step && other.kind === run.kind);
    this.runs.push(run);
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) run.outcome = 'abandoned';
      gone.abort();
    });
    try {
      await play(stepFor(asked), {
        sink: sinkFor(response, asked, this.#calls),
        gates: this.gates,
        gone: gone.signal,
        pace: this.pace,
        absolute: (path) => (isAbsolute(path) ? path : join(asked.directory, path)),
        attempt: () => attempts.length,
        callId: () => `call_${(this.#calls += 1)}`,
      });
      if (run.outcome === 'running') run.outcome = 'answered';
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      sinkFor(response, asked, this.#calls).fail(400, { message: error.message, type: 'script_error' });
    }
  }
}

/**
 * @param {Asked} asked
 * @returns {Step}
 */
function stepFor(asked) {
  /** @param {string} text @returns {Step} */
  const saying = (text) => ({ actions: [{ name: 'say', values: [text], options: {} }], tools: [] });
  if (asked.kind === 'summary') return saying(SUMMARY);
  const script = parseScript(sceneFor(asked.prompt) ?? asked.prompt);
  if (asked.kind === 'title') return saying(script.title ?? titleFor(script.plain));
  if (script.steps.length === 0) return saying(WELCOME);
  return script.steps[asked.step] ?? saying('Done.');
}

/**
 * @param {Outgoing} response
 * @param {Asked} asked
 * @param {number} serial
 * @returns {import('./answer.mjs').Sink}
 */
function sinkFor(response, asked, serial) {
  let characters = 0;
  /** @param {object} delta @param {string | null} reason @param {object} [rest] */
  const chunk = (delta, reason, rest = {}) => {
    if (!response.headersSent) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    }
    const data = {
      id: `chatcmpl-${serial}`,
      object: 'chat.completion.chunk',
      created: 0,
      model: asked.model,
      choices: [{ index: 0, delta, finish_reason: reason }],
      ...rest,
    };
    response.write(`data: ${JSON.stringify(data)}\n\n`);
  };
  return {
    delta(delta) {
      characters += JSON.stringify(delta).length;
      chunk(delta, null);
    },
    finish(reason, promptTokens) {
      const prompt = promptTokens ?? Math.ceil(asked.size / CHARACTERS_PER_TOKEN);
      const completion = Math.ceil(characters / CHARACTERS_PER_TOKEN);
      chunk({}, reason, {
        usage: {
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: prompt + completion,
          prompt_tokens_details: { cached_tokens: 0 },
        },
      });
      response.end('data: [DONE]\n\n');
    },
    fail(status, error, headers = {}) {
      if (!response.headersSent) {
        sendJson(response, status, { error }, headers);
        return;
      }
      response.end(`data: ${JSON.stringify({ error })}\n\n`);
    },
    cut() {
      response.destroy();
    },
    end() {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end();
    },
  };
}

/**
 * @param {Outgoing} response
 * @param {number} status
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 */
function sendJson(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** @param {Incoming} request @returns {Promise<unknown>} */
async function readJson(request) {
  /** @type {Buffer[]} */
  const pieces = [];
  let length = 0;
  for await (const piece of request) {
    const bytes = /** @type {Buffer} */ (piece);
    length += bytes.length;
    if (length > MAX_BODY_BYTES) throw new Error('The request is too large for the scripted model.');
    pieces.push(bytes);
  }
  return /** @type {unknown} */ (JSON.parse(Buffer.concat(pieces).toString('utf8')));
}
