import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCalendar } from '../engine/calendar.ts';
import { createLevels } from './levels.ts';

const MAX = 3;
const step = fc.record({
  ms: fc.nat(8).map((n) => n / 4),
  level: fc.nat(1),
  up: fc.boolean(),
  read: fc.constantFrom(false, false, false, true),
});

test('integrals and times at the maximum are those of the step functions', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const calendar = createCalendar(1);
      const { change, read } = createLevels(calendar, 2, MAX);
      const level = [0, 0];
      let expected = { integralMs: [0, 0], atMaxMs: [0, 0] };
      for (const { ms, level: i, up, read: reads } of [...steps, { ms: 1, level: 0, up: true, read: true }]) {
        calendar.clock[0] += ms;
        for (const each of [0, 1]) {
          expected.integralMs[each]! += level[each]! * ms;
          if (level[each] === MAX) expected.atMaxMs[each]! += ms;
        }
        const by = up ? 1 : -1;
        if (level[i]! + by >= 0 && level[i]! + by <= MAX) {
          level[i]! += by;
          change(i, by);
        }
        if (reads) {
          expect(read()).toEqual(expected);
          expected = { integralMs: [0, 0], atMaxMs: [0, 0] };
        }
      }
    }),
  );
});

test('levels stand at 0 again after a reset, and their times begin anew', () => {
  const calendar = createCalendar(1);
  const { change, read } = createLevels(calendar, 1, MAX);
  change(0, 1);
  calendar.clock[0] = 10;
  calendar.reset();
  calendar.clock[0] = 5;
  expect(read()).toEqual({ integralMs: [0], atMaxMs: [0] });
});
