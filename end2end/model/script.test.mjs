// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { millisecondsOf, numberOf, parseScript, ScriptError } from './script.mjs';
import { titleFor } from './words.mjs';

/** @param {string} prompt a compact picture: actions, then `>` and tools, `|` between steps */
const shape = (prompt) =>
  parseScript(prompt)
    .steps.map(({ actions, tools }) =>
      [actions.map((it) => it.name).join(' '), tools.map((it) => it.name).join('&')].join('>'),
    )
    .join('|');

test('words without directives are for people and make no step', () => {
  assert.deepEqual(parseScript('Good morning'), { plain: 'Good morning', title: undefined, steps: [] });
});

test('what follows a tool belongs to the next call of the model', () => {
  assert.equal(shape('[[think]] [[say a]] [[bash cmd=ls]] [[say b]]'), 'think say>bash|say>');
});

test('tools in a row are called one after another, tools joined by & together', () => {
  assert.equal(shape('[[bash cmd=a]] [[bash cmd=b]]'), '>bash|>bash');
  assert.equal(shape('[[bash cmd=a]] & [[read path=b]] [[say c]]'), '>bash&read|say>');
});

test('quoted values keep spaces, escapes and whole scripts', () => {
  const script = parseScript(`Go [[task prompt="Look. [[bash cmd='ls -l']]" desc='It\\'s\\nhere']]`);
  assert.equal(script.plain, 'Go');
  assert.deepEqual(script.steps[0]?.tools[0]?.options, { prompt: "Look. [[bash cmd='ls -l']]", desc: "It's\nhere" });
});

test('numbers and durations are read, and nonsense is refused', () => {
  const directive = { name: 'text', values: [], options: { words: '20', every: '2s', to: 'many' } };
  assert.equal(numberOf(directive, 'words', 1), 20);
  assert.equal(millisecondsOf(directive, 'every', 0), 2000);
  assert.throws(() => numberOf(directive, 'to', 1), ScriptError);
});

test('a prompt that cannot be followed is refused with the place', () => {
  for (const prompt of ['[[dance]]', '[[say "open]]', '[[say open']) {
    assert.throws(() => parseScript(prompt), ScriptError, prompt);
  }
});

test('a title is the first words of the prompt, or the one the script names', () => {
  assert.equal(titleFor(parseScript('count the boats in the harbour before noon today! [[hang]]').plain), 'Count the boats in the harbour before');
  assert.equal(parseScript('[[title "Boats"]] x').title, 'Boats');
});
