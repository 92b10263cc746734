import { expect, test } from 'vitest';
import { createStopwatch } from './stopwatch.ts';

test('times at which it is halted do not count, however often it is told', () => {
  let now = 100;
  const watch = createStopwatch(() => now);
  now = 130;
  watch.halt();
  now = 200;
  watch.halt();
  expect(watch.ms()).toBe(30);
  watch.go();
  watch.go();
  now = 205;
  expect(watch.ms()).toBe(35);
});
