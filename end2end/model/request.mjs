// @ts-check
/** Reads a chat-completion request: what is wanted, by which prompt, and how far its turn has come. Pure. */

/** @typedef {'title' | 'summary' | 'turn'} Kind */

/**
 * @typedef {object} Asked
 * @property {Kind} kind
 * @property {string} prompt the last words of the person
 * @property {number} step how many calls of this turn were answered with tools before
 * @property {string} directory where relative paths in a script begin
 * @property {string} model
 * @property {number} size characters of the whole conversation, for the token figures
 */

/**
 * @param {unknown} body
 * @returns {Asked}
 */
export function readRequest(body) {
  const request = record(body);
  const messages = list(request['messages']).map(record);
  const system = messages
    .filter((message) => message['role'] === 'system')
    .map((message) => contentOf(message))
    .join('\n');
  const lastUser = messages.findLastIndex((message) => message['role'] === 'user');
  const users = messages.filter((message) => message['role'] === 'user').map(contentOf);
  const hasTools = list(request['tools']).length > 0;
  const step = messages
    .slice(lastUser + 1)
    .filter((message) => message['role'] === 'assistant' && list(message['tool_calls']).length > 0).length;
  /** @type {Kind} */
  const kind = hasTools ? 'turn' : /title/i.test(system) ? 'title' : 'summary';
  return {
    kind,
    // A title request puts its own instruction before the person's words.
    prompt: kind === 'title' ? users.join('\n').replace(/^Generate a title for this conversation:\s*/i, '') : (users.at(-1) ?? ''),
    step,
    directory: /Working directory:\s*(\S[^\n]*)/.exec(system)?.[1]?.trim() ?? '/',
    model: typeof request['model'] === 'string' ? request['model'] : 'unknown',
    size: messages.reduce((sum, message) => sum + contentOf(message).length, 0),
  };
}

/** @param {Record<string, unknown>} message */
function contentOf(message) {
  const content = message['content'];
  if (typeof content === 'string') return content;
  return list(content)
    .map(record)
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
    .filter(Boolean)
    .join('\n');
}

/** @param {unknown} value @returns {Record<string, unknown>} */
function record(value) {
  return typeof value === 'object' && value !== null ? /** @type {Record<string, unknown>} */ (value) : {};
}

/** @param {unknown} value @returns {unknown[]} */
function list(value) {
  return Array.isArray(value) ? /** @type {unknown[]} */ (value) : [];
}
