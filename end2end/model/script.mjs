// @ts-check
/**
 * The little language in which a prompt tells the scripted model what to do.
 *
 * `Look around [[think words=20]] [[bash cmd="ls"]]&[[read path="README.md"]] [[say "Seen."]]`
 *
 * A directive is `[[name value key=value …]]`; values may be quoted with ' or ", with \n, \t, \\ and the quote itself escaped.
 * Directives run in order. Tools joined by `&` are called together in one answer; everything after a tool belongs to the next call of the model.
 * Words outside directives are for people: they give the title and are otherwise ignored.
 *
 * Pure: nothing here knows HTTP, clocks or OpenCode.
 */

/**
 * @typedef {object} Directive
 * @property {string} name
 * @property {string[]} values positional values, in order
 * @property {Record<string, string>} options
 */

/**
 * One call of the model: what it says or suffers first, and the tools it calls at the end.
 * @typedef {object} Step
 * @property {Directive[]} actions
 * @property {Directive[]} tools none: the answer ends the turn
 */

/**
 * @typedef {object} Script
 * @property {string} plain the prompt without its directives
 * @property {string | undefined} title
 * @property {Step[]} steps
 */

/** A prompt the model cannot follow; the message goes to the person who wrote it. */
export class ScriptError extends Error {}

const TOOLS = new Set(['bash', 'read', 'write', 'edit', 'grep', 'glob', 'todo', 'question', 'task', 'tool']);
const ACTIONS = new Set(['say', 'text', 'count', 'think', 'markdown', 'gate', 'hang', 'error', 'retry', 'cut', 'eof', 'usage']);

/**
 * @param {string} prompt
 * @returns {Script}
 */
export function parseScript(prompt) {
  /** @type {Step[]} */
  const steps = [];
  /** @type {Step} */
  let step = { actions: [], tools: [] };
  /** @type {string | undefined} */
  let title;
  let plain = '';
  let at = 0;
  while (at < prompt.length) {
    const open = prompt.indexOf('[[', at);
    if (open < 0) {
      plain += prompt.slice(at);
      break;
    }
    const between = prompt.slice(at, open);
    const joined = between.trim() === '&';
    if (!joined) plain += between;
    const { directive, end } = parseDirective(prompt, open + 2);
    at = end;
    if (directive.name === 'title') {
      title = directive.values.join(' ');
    } else if (TOOLS.has(directive.name)) {
      if (step.tools.length > 0 && !joined) {
        steps.push(step);
        step = { actions: [], tools: [] };
      }
      step.tools.push(directive);
    } else if (ACTIONS.has(directive.name)) {
      if (step.tools.length > 0) {
        steps.push(step);
        step = { actions: [], tools: [] };
      }
      step.actions.push(directive);
    } else {
      throw new ScriptError(`The scripted model does not know [[${directive.name}]].`);
    }
  }
  if (step.actions.length > 0 || step.tools.length > 0) steps.push(step);
  return { plain: plain.replace(/\s+/g, ' ').trim(), title, steps };
}

/**
 * @param {string} source
 * @param {number} start just after `[[`
 * @returns {{ directive: Directive, end: number }}
 */
function parseDirective(source, start) {
  let at = start;
  const skipSpace = () => {
    while (at < source.length && /\s/.test(source.charAt(at))) at += 1;
  };
  const word = () => {
    const from = at;
    while (at < source.length && !/[\s=]/.test(source.charAt(at)) && !source.startsWith(']]', at)) at += 1;
    return source.slice(from, at);
  };
  const value = () => {
    const quote = source.charAt(at);
    if (quote !== '"' && quote !== "'") return word();
    let text = '';
    for (at += 1; at < source.length; at += 1) {
      const char = source.charAt(at);
      if (char === quote) {
        at += 1;
        return text;
      }
      if (char === '\\' && at + 1 < source.length) {
        at += 1;
        const escaped = source.charAt(at);
        text += escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped;
      } else {
        text += char;
      }
    }
    throw new ScriptError(`A quoted value is not closed: ${source.slice(start)}`);
  };

  skipSpace();
  /** @type {Directive} */
  const directive = { name: word(), values: [], options: {} };
  for (;;) {
    skipSpace();
    if (source.startsWith(']]', at)) return { directive, end: at + 2 };
    if (at >= source.length) throw new ScriptError(`[[${directive.name} is not closed.`);
    const before = at;
    const first = value();
    if (source.charAt(at) === '=') {
      at += 1;
      directive.options[first] = value();
    } else {
      directive.values.push(first);
    }
    if (at === before) throw new ScriptError(`[[${directive.name} has a stray "${source.charAt(at)}".`);
  }
}

/**
 * The text of a directive: `[[say "words"]]` or `[[say text="words"]]`.
 * @param {Directive} directive
 * @returns {string | undefined}
 */
export function textOf(directive) {
  return directive.options['text'] ?? (directive.values.length > 0 ? directive.values.join(' ') : undefined);
}

/**
 * A whole number among the options (`words=200`) or, for `0`-th positional use, the first value (`[[error 400]]`).
 * @param {Directive} directive
 * @param {string} key
 * @param {number} fallback
 * @returns {number}
 */
export function numberOf(directive, key, fallback) {
  const raw = directive.options[key];
  if (raw === undefined) return fallback;
  const number = Number.parseInt(raw, 10);
  if (Number.isNaN(number)) throw new ScriptError(`[[${directive.name}]]: ${key} must be a number, not "${raw}".`);
  return number;
}

/**
 * A duration option: `16ms`, `2s`, or plain milliseconds.
 * @param {Directive} directive
 * @param {string} key
 * @param {number} fallback in milliseconds
 * @returns {number}
 */
export function millisecondsOf(directive, key, fallback) {
  const raw = directive.options[key];
  if (raw === undefined) return fallback;
  const match = /^(\d+)(ms|s)?$/.exec(raw);
  if (!match) throw new ScriptError(`[[${directive.name}]]: ${key} must be like 16ms or 2s, not "${raw}".`);
  return Number(match[1]) * (match[2] === 's' ? 1000 : 1);
}
