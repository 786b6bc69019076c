// @ts-check
/**
 * Finds the `opencode` executable that package.json pins. The package's own install script is not needed:
 * the executable of this platform lies in an optional dependency beside it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');

/**
 * @param {{ platform: string, arch: string, avx2: boolean }} machine
 * @returns {string[]} package names, best first
 */
export function packagesFor({ platform, arch, avx2 }) {
  const base = `opencode-${platform === 'win32' ? 'windows' : platform}-${arch}`;
  if (arch !== 'x64') return [base, `${base}-musl`];
  const plain = [base, `${base}-musl`];
  const baseline = [`${base}-baseline`, `${base}-baseline-musl`];
  return avx2 ? [...plain, ...baseline] : baseline;
}

/** Without AVX2 the ordinary build dies with an illegal instruction; only Linux says plainly what the CPU can. */
function hasAvx2() {
  if (process.platform !== 'linux') return true;
  return / avx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
}

/** @returns {string} */
export function opencodeBinary() {
  const chosen = process.env['OPENCODE_BIN'];
  if (chosen) return chosen;
  const executable = process.platform === 'win32' ? 'opencode.exe' : 'opencode';
  const candidates = packagesFor({ platform: process.platform, arch: process.arch, avx2: hasAvx2() });
  const found = candidates.map((name) => join(MODULES, name, 'bin', executable)).find((path) => existsSync(path));
  if (!found) throw new Error(`No opencode executable in ${MODULES}: run \`npm ci\` in end2end/.`);
  return found;
}
