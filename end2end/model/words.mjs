// @ts-check
/** What the scripted model says when the script leaves it the choice. Always the same words for the same number. */

const SENTENCES = [
  'The harbour light turns once in twelve seconds, and each turn is written down.',
  'A keeper reads the log from the last line upwards, because the newest words matter most.',
  'When the line to the mainland breaks, the lamp keeps turning and the log keeps growing.',
  'Nothing that was written is ever lost, and nothing is written twice.',
  'Fog is reported as fog, and silence is reported as silence.',
  'Before dawn the tide table is compared with the gauge, and the difference is noted.',
  'Small corrections made early cost less than large corrections made late.',
  'The second keeper sees the same page as the first, at the same moment.',
];

/**
 * Prose of exactly `count` words.
 * @param {number} count
 */
export function prose(count) {
  const all = SENTENCES.join(' ').split(' ');
  return Array.from({ length: count }, (_, index) => all[index % all.length] ?? '').join(' ');
}

/**
 * `1 2 3 … n`: a text in which a lost or doubled piece shows at once.
 * @param {number} to
 */
export function counting(to) {
  return Array.from({ length: to }, (_, index) => String(index + 1)).join(' ');
}

/** One of everything that markdown can hold, for the eye and for the layout. */
export const MARKDOWN = `## What the gauge module does

It reads **one line per minute** from the tide gauge, drops what cannot be true and keeps the rest in *metres above chart datum*. Three things to know:

1. \`parseReading\` is total: a broken line is data, not an exception.
2. Readings more than \`MAX_JUMP\` apart are marked, not removed.
3. Everything is kept in UTC.

\`\`\`ts
export function parseReading(line: string): Reading | Broken {
  const [stamp, metres] = line.split(";");
  const height = Number(metres);
  if (!stamp || Number.isNaN(height)) return { kind: "broken", line };
  return { kind: "reading", at: new Date(stamp), height };
}
\`\`\`

| Station | Mean | Highest |
|:--------|-----:|--------:|
| North pier | 1.82 | 4.07 |
| South pier | 1.79 | 4.11 |
| Outer buoy | 1.80 | 3.98 |

> A gauge that always says the same is a gauge that is broken.

- [x] Read the log
- [ ] Compare with the table
- [ ] Tell the [harbour office](https://harbour.example/contact)

---

Run it with \`node src/main.ts --station north\`; the whole line is wide on purpose: \`node src/main.ts --station north --from 2026-01-01T00:00:00Z --to 2026-01-31T23:59:59Z --format table\`.`;

/** The answer to a prompt without a script: it tells a newcomer what can be seen here. */
export const WELCOME = `I am a **scripted model**: I need no account and no network, and I always answer the same. Everything around me is real: the OpenCode server, its tools, its sessions and its permissions.

Try one of these:

- \`run the tests\`: a shell command that asks for your permission first
- \`fix the gauge\`: reads, edits a file and shows the difference
- \`ask me something\`: a question with answers to choose from
- \`make a plan\`: a list of things to do, worked through one by one
- \`explain the gauge module\`: headings, a table, code
- \`tell me a long story\`: time enough to press *Stop*, or to look from a second screen`;

/** What compaction gets. */
export const SUMMARY = 'The owner looked around the project, ran its tests and read the gauge module. Nothing is left open.';

const TITLE_WORDS = 7;

/**
 * The title for a conversation that begins with these words.
 * @param {string} plain
 */
export function titleFor(plain) {
  const words = plain.replace(/["`]/g, '').split(/\s+/).filter(Boolean);
  if (words.length === 0) return 'Untitled conversation';
  const title = words.slice(0, TITLE_WORDS).join(' ').replace(/[.,:;!?]+$/, '');
  return title.charAt(0).toUpperCase() + title.slice(1);
}
