// @ts-check
/** Plays one step of a script into an answer. Knows the shapes of a chat-completion stream, but no sockets. */
import { setTimeout as delay } from 'node:timers/promises';
import { aborted } from './gates.mjs';
import { millisecondsOf, numberOf, ScriptError, textOf } from './script.mjs';
import { toolCall } from './tools.mjs';
import { counting, MARKDOWN, prose } from './words.mjs';

/** @typedef {import('./script.mjs').Step} Step */
/** @typedef {import('./script.mjs').Directive} Directive */
/** @typedef {import('./tools.mjs').ToolCall} ToolCall */

/**
 * Where an answer goes. `fail` is possible only while nothing was sent.
 * @typedef {object} Sink
 * @property {(delta: object) => void} delta
 * @property {(reason: string, promptTokens?: number) => void} finish
 * @property {(status: number, error: object, headers?: Record<string, string>) => void} fail
 * @property {() => void} cut ends the connection in the middle
 * @property {() => void} end ends the body in good order, without a finish
 */

/**
 * @typedef {object} Stage
 * @property {Sink} sink
 * @property {import('./gates.mjs').Gates} gates
 * @property {AbortSignal} gone fires when nobody listens any more
 * @property {number} pace milliseconds between two words where the script does not say
 * @property {(path: string) => string} absolute
 * @property {() => number} attempt how often this very step was asked for before
 * @property {() => string} callId
 */

/**
 * @param {Step} step
 * @param {Stage} stage
 */
export async function play(step, stage) {
  /** @type {number | undefined} */
  let promptTokens;
  for (const action of step.actions) {
    if (stage.gone.aborted) return;
    if (action.name === 'usage') promptTokens = numberOf(action, 'prompt', 1000);
    else if ((await act(action, stage)) === 'over') return;
  }
  if (stage.gone.aborted) return;
  if (step.tools.length > 0) {
    await callTools(step.tools.map((tool) => toolCall(tool, stage.absolute)), stage);
    stage.sink.finish('tool_calls', promptTokens);
  } else {
    stage.sink.finish('stop', promptTokens);
  }
}

/**
 * @param {Directive} action
 * @param {Stage} stage
 * @returns {Promise<'on' | 'over'>}
 */
async function act(action, stage) {
  const { sink, gone } = stage;
  switch (action.name) {
    case 'say':
      await speak(textOf(action) ?? '', 'content', action, stage);
      return 'on';
    case 'text':
      await speak(textOf(action) ?? prose(numberOf(action, 'words', 40)), 'content', action, stage);
      return 'on';
    case 'count':
      await speak(counting(numberOf(action, 'to', 100)), 'content', action, stage);
      return 'on';
    case 'markdown':
      await speak(MARKDOWN, 'content', action, stage);
      return 'on';
    case 'think':
      await speak(textOf(action) ?? prose(numberOf(action, 'words', 25)), 'reasoning_content', action, stage);
      return 'on';
    case 'gate':
      await stage.gates.pass(textOf(action) ?? 'gate', gone);
      return 'on';
    case 'hang':
      await aborted(gone);
      return 'over';
    case 'error': {
      if (stage.attempt() >= numberOf(action, 'times', Number.POSITIVE_INFINITY)) return 'on';
      const status = Number(action.values[0] ?? '400');
      sink.fail(status, {
        message: action.options['message'] ?? 'The scripted model refuses this request.',
        type: action.options['type'] ?? 'invalid_request_error',
        ...(action.options['code'] ? { code: action.options['code'] } : {}),
      });
      return 'over';
    }
    case 'retry': {
      if (stage.attempt() >= numberOf(action, 'times', 1)) return 'on';
      const after = action.options['after'];
      sink.fail(
        Number(action.values[0] ?? '429'),
        { message: 'The scripted model is busy.', type: 'rate_limit_error' },
        after === undefined ? {} : { 'retry-after': after },
      );
      return 'over';
    }
    case 'cut':
      if (stage.attempt() >= numberOf(action, 'times', 1)) return 'on';
      sink.cut();
      return 'over';
    case 'eof':
      sink.end();
      return 'over';
    default:
      throw new ScriptError(`[[${action.name}]] is not an action.`);
  }
}

/**
 * One delta per word, white space kept with the word before it.
 * @param {string} text
 * @param {'content' | 'reasoning_content'} field
 * @param {Directive} action
 * @param {Stage} stage
 */
async function speak(text, field, action, stage) {
  const every = millisecondsOf(action, 'every', stage.pace);
  for (const word of text.match(/\s*\S+\s*/g) ?? []) {
    if (stage.gone.aborted) return;
    stage.sink.delta({ [field]: word });
    if (every > 0) await delay(every, undefined, { signal: stage.gone }).catch(() => undefined);
  }
}

/**
 * @param {ToolCall[]} calls
 * @param {Stage} stage
 */
async function callTools(calls, stage) {
  for (const [index, call] of calls.entries()) {
    stage.sink.delta({
      tool_calls: [{ index, id: stage.callId(), type: 'function', function: { name: call.name, arguments: '' } }],
    });
    // Two pieces, as real models send them: whoever assembles must concatenate.
    const middle = Math.ceil(call.arguments.length / 2);
    for (const piece of [call.arguments.slice(0, middle), call.arguments.slice(middle)]) {
      if (piece) stage.sink.delta({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
    if (stage.pace > 0) await delay(stage.pace, undefined, { signal: stage.gone }).catch(() => undefined);
  }
}
