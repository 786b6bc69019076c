import { isJump, parseReading } from './gauge.mjs';

/** Reads a whole log; readings that jump are marked, none is dropped. */
export function readLog(text) {
  const readings = text.split('\n').filter(Boolean).map(parseReading);
  return readings.map((reading, index) => {
    const before = readings[index - 1];
    const jumped = reading.kind === 'reading' && before?.kind === 'reading' && isJump(before, reading);
    return { ...reading, jumped };
  });
}
