import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReading } from '../src/gauge.mjs';
import { readLog } from '../src/log.mjs';

test('a reading has a time and a height', () => {
  assert.deepEqual(parseReading('2026-01-01T00:00;1.82'), { kind: 'reading', at: '2026-01-01T00:00', height: 1.82 });
});

test('a broken line is kept as data', () => {
  assert.equal(parseReading('fog').kind, 'broken');
});

test('a jump is marked', () => {
  assert.equal(readLog('a;1\nb;99').at(1)?.jumped, true);
});
