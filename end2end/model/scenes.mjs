// @ts-check
/**
 * Prompts in plain words and the scripts they stand for, so that a person in the demo, a screenshot or a picture
 * need not contain a script. The first scene that matches wins; nothing matches → the welcome of `words.mjs`.
 */

/** @type {readonly { when: RegExp, script: string }[]} */
export const SCENES = [
  {
    when: /^run the tests\b/i,
    script: `[[title "Run the tests"]] [[think "The owner wants to know whether everything still holds. The tests run with node, so one command is enough."]]
      [[say "I will run the whole suite."]] [[bash cmd="node --test" desc="Run the test suite"]]
      [[say "All tests pass: the parser keeps broken lines as data, and a jump beyond the limit is marked.\\n\\nThe suite needs about a second; nothing was skipped."]]`,
  },
  {
    when: /^fix the gauge\b/i,
    script: `[[title "Fix the gauge's jump limit"]] [[think "A jump of more than three metres in a minute cannot be a tide. The limit in the source says thirty."]]
      [[todo]] [[read path="src/gauge.mjs"]]&[[grep pattern="MAX_JUMP"]]
      [[say "The limit is ten times too high. I will correct it."]]
      [[edit path="src/gauge.mjs" old="export const MAX_JUMP = 30;" new="export const MAX_JUMP = 3;"]]
      [[bash cmd="node --test" desc="Run the tests again"]] [[todo done]]
      [[say "\`MAX_JUMP\` is now **3 metres**, and the tests pass. Readings that jump further are marked and kept, as before."]]`,
  },
  {
    when: /^ask me\b/i,
    script: `[[title "Choose a station"]] [[say "Before I start I need to know one thing."]] [[question]]
      [[say "Thank you. I will go on with that station."]]`,
  },
  {
    when: /^make a plan\b/i,
    script: `[[title "A plan for the week"]] [[todo]] [[glob pattern="src/**/*.mjs"]] [[todo done]]
      [[say "The plan is set and its first points are done. The rest can wait until the tide table is published."]]`,
  },
  {
    when: /^explain\b/i,
    script: `[[title "How the gauge module works"]] [[think words=40]] [[read path="src/gauge.mjs"]] [[markdown]]`,
  },
  {
    when: /^tell me a long story\b/i,
    script: `[[title "A long story"]] [[text words=1200 every=40ms]]`,
  },
  {
    when: /^look for the log of last night\b/i,
    script: `[[title "Last night's log"]] [[bash cmd="ls logs" desc="List the logs"]] [[task prompt="Find the log of last night and count its lines. [[glob pattern='logs/*']] [[say 'There is one log; it has 6 lines.']]" desc="Count the log's lines"]]
      [[say "One log was written last night. It holds six lines, one of them broken."]]`,
  },
];

/**
 * @param {string} prompt
 * @returns {string | undefined} the script, where the words are those of a scene
 */
export function sceneFor(prompt) {
  return SCENES.find((scene) => scene.when.test(prompt.trim()))?.script;
}
