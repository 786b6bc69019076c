// @ts-check
/**
 * A folder in which OpenCode can live without seeing the person's own settings, sessions or network:
 * a home, a configuration whose only model is the scripted one, and a small project under git.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), 'project');

const EXTRAS = { mcp: { weather: { type: 'local', command: [process.execPath, join(dirname(PROJECT), 'weather.mjs')] } } };

const SKILL = `---
name: tide-table
description: How to read a tide table
---

# Reading a tide table

Take the **datum** first, then the hour.
`;

/** @typedef {'allow' | 'ask' | 'deny'} Action */

/**
 * @typedef {object} Sandbox
 * @property {string} root
 * @property {string} directory the project, as OpenCode reports it (no symlinks)
 * @property {string[]} others further, smaller projects
 * @property {Record<string, string>} env the whole environment of the server: nothing else is inherited
 * @property {() => void} remove
 */

/**
 * @param {object} options
 * @param {string} options.modelUrl
 * @param {Record<string, Action>} [options.permission]
 * @param {string} [options.name] the project's folder, which people see
 * @param {string[]} [options.others] folders of further projects
 * @param {boolean} [options.extras] with a skill and a server of tools (MCP) beside OpenCode's own
 * @param {string} [options.root] where to build it; a fresh temporary folder otherwise
 * @returns {Sandbox}
 */
export function createSandbox({ modelUrl, permission = { bash: 'ask', edit: 'ask' }, name = 'tidewatch', others = [], extras = false, root }) {
  const base = realpathSync(root ?? mkdtempSync(join(tmpdir(), 'nexus-peer-')));
  /** @param {string[]} path */
  const folder = (...path) => {
    const full = join(base, ...path);
    mkdirSync(full, { recursive: true });
    return full;
  };
  const home = folder('home');
  const directory = folder('home', name);
  cpSync(PROJECT, directory, { recursive: true });
  const config = join(base, 'opencode.json');
  writeFileSync(config, JSON.stringify({ ...configuration(modelUrl, permission), ...(extras ? EXTRAS : {}) }, undefined, 2));
  if (extras) writeFileSync(join(folder('config', 'opencode', 'skill', 'tide-table'), 'SKILL.md'), SKILL);
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    HOME: home,
    XDG_CONFIG_HOME: folder('config'),
    XDG_DATA_HOME: folder('data'),
    XDG_STATE_HOME: folder('state'),
    XDG_CACHE_HOME: folder('cache'),
    TMPDIR: folder('tmp'),
    OPENCODE_CONFIG: config,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    GIT_AUTHOR_NAME: 'Harbour office',
    GIT_AUTHOR_EMAIL: 'office@harbour.example',
    GIT_COMMITTER_NAME: 'Harbour office',
    GIT_COMMITTER_EMAIL: 'office@harbour.example',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  commit(directory, env);
  const more = others.map((other) => {
    const path = folder('home', other);
    writeFileSync(join(path, 'README.md'), `# ${other}\n\nNotes, and nothing that runs.\n`);
    commit(path, env);
    return path;
  });
  return {
    root: base,
    directory,
    others: more,
    env,
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/**
 * Without a commit OpenCode has no project, no snapshots and no diffs.
 * @param {string} directory
 * @param {Record<string, string>} env
 */
function commit(directory, env) {
  for (const command of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '.'],
    ['commit', '--quiet', '--message', 'Begin'],
  ]) {
    execFileSync('git', command, { cwd: directory, env, stdio: 'pipe' });
  }
}

/**
 * @param {string} modelUrl
 * @param {Record<string, Action>} permission
 */
function configuration(modelUrl, permission) {
  return {
    autoupdate: false,
    share: 'disabled',
    snapshot: true,
    lsp: false,
    formatter: false,
    enabled_providers: ['scripted'],
    model: 'scripted/scripted-1',
    small_model: 'scripted/scripted-small',
    permission,
    command: { tide: { description: 'Reads the gauges', template: 'Read the tide at $ARGUMENTS' } },
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Scripted model',
        options: { baseURL: `${modelUrl}/v1`, apiKey: 'not-a-secret' },
        models: {
          'scripted-1': {
            name: 'Scripted One',
            tool_call: true,
            reasoning: true,
            attachment: true,
            limit: { context: 200000, output: 32000 },
            cost: { input: 1, output: 2 },
            modalities: { input: ['text', 'image'], output: ['text'] },
          },
          'scripted-small': { name: 'Scripted Small', tool_call: false, limit: { context: 32000, output: 4000 } },
        },
      },
    },
  };
}
