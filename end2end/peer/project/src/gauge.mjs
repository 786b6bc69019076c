/** No tide moves further than this between two readings (metres). */
export const MAX_JUMP = 30;

/** A line of the gauge is `time;metres`. A line that cannot be read is data too. */
export function parseReading(line) {
  const [stamp, metres] = line.split(';');
  const height = Number(metres);
  if (!stamp || !metres || Number.isNaN(height)) return { kind: 'broken', line };
  return { kind: 'reading', at: stamp, height };
}

export function isJump(before, after) {
  return Math.abs(after.height - before.height) > MAX_JUMP;
}
