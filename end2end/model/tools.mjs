// @ts-check
/** What a tool directive becomes: the name and the arguments of a call, as OpenCode's tools want them. */
import { ScriptError } from './script.mjs';

/** @typedef {import('./script.mjs').Directive} Directive */

/** @typedef {{ name: string, arguments: string }} ToolCall */

const PLAN = ['Read the tide log', 'Compare it with the table', 'Tell the harbour office'];

/**
 * @param {Directive} directive
 * @param {(path: string) => string} absolute OpenCode's file tools want absolute paths
 * @returns {ToolCall}
 */
export function toolCall(directive, absolute) {
  const { name, options, values } = directive;
  /** @param {string} key */
  const need = (key) => {
    const value = options[key] ?? values[0];
    if (value === undefined) throw new ScriptError(`[[${name}]] needs ${key}="…".`);
    return value;
  };
  /** @param {string} tool @param {object} input */
  const call = (tool, input) => ({ name: tool, arguments: JSON.stringify(input) });
  switch (name) {
    case 'bash':
      return call('bash', { command: need('cmd'), description: options['desc'] ?? 'Run a command' });
    case 'read':
      return call('read', { filePath: absolute(need('path')) });
    case 'write':
      return call('write', { filePath: absolute(need('path')), content: options['content'] ?? '' });
    case 'edit':
      return call('edit', { filePath: absolute(need('path')), oldString: options['old'] ?? '', newString: options['new'] ?? '' });
    case 'grep':
      return call('grep', { pattern: need('pattern') });
    case 'glob':
      return call('glob', { pattern: need('pattern') });
    case 'todo':
      return call('todowrite', { todos: todos(values[0] === 'done') });
    case 'question':
      return call('question', { questions: questions(values[0]) });
    case 'task':
      return call('task', {
        description: options['desc'] ?? 'A task for a helper',
        prompt: need('prompt'),
        subagent_type: options['agent'] ?? 'general',
      });
    case 'tool':
      return { name: need('name'), arguments: options['args'] ?? '{}' };
    default:
      throw new ScriptError(`[[${name}]] is not a tool.`);
  }
}

/** @param {boolean} done */
function todos(done) {
  return PLAN.map((content, index) => ({
    content,
    status: done ? 'completed' : index === 0 ? 'in_progress' : 'pending',
    priority: index === 0 ? 'high' : 'medium',
  }));
}

/** @param {string | undefined} kind `many` allows several answers, `two` asks two questions */
function questions(kind) {
  const station = {
    question: 'Which station shall I look at?',
    header: 'Station',
    options: [
      { label: 'North pier', description: 'The oldest gauge, one reading a minute' },
      { label: 'South pier', description: 'The gauge beside the ferry' },
      { label: 'Outer buoy', description: 'Far out, readings arrive late' },
    ],
    ...(kind === 'many' ? { multiple: true } : {}),
  };
  const unit = {
    question: 'In which unit?',
    header: 'Unit',
    options: [
      { label: 'Metres', description: 'Above chart datum' },
      { label: 'Feet', description: 'For the old tables' },
    ],
  };
  return kind === 'two' ? [station, unit] : [station];
}
