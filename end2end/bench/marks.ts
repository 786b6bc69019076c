/** What a page notes about itself while it opens, and figures from it. */

/** Runs in the page: notes when the words are drawn and when the composer may be used. */
export function watchForWords(words: string): void {
  const marks: { readable?: number; composer?: number } = {};
  Object.assign(window, { nexusMarks: marks });
  const check = () => {
    if (marks.readable === undefined && document.body.innerText.includes(words)) marks.readable = performance.now();
    const field = document.querySelector<HTMLTextAreaElement>('textarea');
    if (marks.composer === undefined && document.documentElement.hasAttribute('data-live') && field && !field.disabled) {
      marks.composer = performance.now();
    }
    if (marks.readable === undefined || marks.composer === undefined) requestAnimationFrame(check);
  };
  addEventListener('DOMContentLoaded', check);
}

export interface Smoothness {
  /** Durations of tasks longer than 50 ms, in milliseconds. */
  longTasks: number[];
  /** The sum of all layout shifts that nobody's hand caused. */
  shift: number;
  frames: number;
  /** Frames that came more than 25 ms after the one before. */
  dropped: number;
}

/** Runs in the page: notes long tasks, layout shifts and frames from now on. */
export function watchSmoothness(): void {
  const smoothness: Smoothness = { longTasks: [], shift: 0, frames: 0, dropped: 0 };
  Object.assign(window, { nexusSmoothness: smoothness });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) smoothness.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
      if (!entry.hadRecentInput) smoothness.shift += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
  let before = performance.now();
  const frame = (now: number) => {
    smoothness.frames += 1;
    if (now - before > 25) smoothness.dropped += 1;
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Runs in the page: notes when each number of an answer that counts is drawn, in milliseconds since 1970. */
export function watchCounting(): void {
  const drawn: number[] = [];
  Object.assign(window, { nexusDrawn: drawn });
  const log = document.querySelector('[role=log]');
  if (!log) throw new Error('There is no conversation.');
  new MutationObserver(() => {
    const rows = log.querySelectorAll('.row .prose');
    const words = rows[rows.length - 1]?.textContent.slice(-24) ?? '';
    const last = Number(/(\d+)\s*$/.exec(words)?.[1] ?? 0);
    const now = performance.timeOrigin + performance.now();
    while (drawn.length < last) drawn.push(now);
  }).observe(log, { childList: true, subtree: true, characterData: true });
}

export const at = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

export const median = (values: number[]) => at(values, 0.5);
