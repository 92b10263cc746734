import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalendar, type Stage } from '../engine/calendar.ts';
import { createFoldedLoops } from './folded-loops.ts';
import { createNodeLoop, NS_PER_MS } from './node-loop.ts';

/** A chain of I/O callbacks, with a timer that is set at the end of one and cleared at the end of another, if it has not fired by then. */
interface Task {
  readonly atNs: number;
  readonly steps: readonly { readonly costNs: number; readonly thenNs: number }[];
  readonly setAt: number;
  readonly clearAt: number;
}

/** What ended when: step 2 of task 7 at 1,500,000 ns, or its timer. */
interface Entry {
  readonly what: string;
  readonly task: number;
  readonly ns: number;
}

const TIMER_COST_NS = 70_000;

/** How a callback of the whole loop spends its cost; it finishes in its last part. */
type Work = (loop: ReturnType<typeof createNodeLoop>, costNs: number, finish: () => void) => void;

const atOnce: Work = (loop, costNs, finish) => {
  loop.burn(costNs);
  finish();
};

const inTicksAndMicrotasks: Work = (loop, costNs, finish) => {
  const part = Math.floor(costNs / 4);
  loop.burn(part);
  loop.nextTick(() => {
    loop.burn(part);
    loop.queueMicrotask(() => {
      loop.burn(part);
      loop.nextTick(() => atOnce(loop, costNs - 3 * part, finish));
    });
  });
};

const inAnImmediate: Work = (loop, costNs, finish) => {
  const part = Math.floor(costNs / 2);
  loop.burn(part);
  loop.setImmediate(() => atOnce(loop, costNs - part, finish));
};

function onWholeLoop(tasks: readonly Task[], timerMs: number, work: Work): Entry[] {
  const log: Entry[] = [];
  const loop = createNodeLoop();
  tasks.forEach(({ atNs, steps, setAt, clearAt }, task) => {
    let timer: ReturnType<typeof loop.setTimeout> | undefined;
    const answer = (step: number) => () => {
      const { costNs, thenNs } = steps[step]!;
      work(loop, costNs, () => {
        log.push({ what: `step ${step}`, task, ns: loop.nowNs() });
        if (step === setAt) timer = loop.setTimeout(fire, timerMs);
        if (step === clearAt && timer !== undefined) loop.clearTimeout(timer);
        if (step + 1 < steps.length) loop.expectIo(thenNs, answer(step + 1));
      });
    };
    const fire = () => {
      loop.burn(TIMER_COST_NS);
      log.push({ what: 'timer', task, ns: loop.nowNs() });
    };
    loop.expectIo(atNs, answer(0));
  });
  loop.run(() => {}, 'commonjs');
  return log;
}

/**
 * On the folded loop a token has one place at a time, so a task has two: itself, and its timer's. Undefined where I/O becomes ready within
 * 2 ns of something else: the one clock is in doubles, the other in integers, and order at ties is theirs.
 */
function onFoldedLoop(tasks: readonly Task[], timerMs: number): Entry[] | undefined {
  const log: Entry[] = [];
  const readyNs: number[] = [];
  const calendar = createCalendar(2 * tasks.length + 1);
  const processOf = new Int32Array(calendar.capacity);
  const hooks = { callbackReady: null, callbackBegan: null, callbackEnded: null, loopTurned: null };
  const column = () => new Float64Array(calendar.capacity);
  const [step, costMs, thenMs] = [column(), column(), column()];
  const costs = { costMs, draw: () => {} }; // every token brings its own
  const loops = createFoldedLoops(calendar, processOf, 1, timerMs, costs, hooks);
  const fired = new Set<number>();
  const note = (what: string, task: number) => log.push({ what, task, ns: Math.round(calendar.clock[0] * NS_PER_MS) });

  const become: Stage = (task) => {
    costMs[task] = tasks[task]!.steps[step[task]!]!.costNs / NS_PER_MS;
    ready(task);
  };
  const awake: Stage = (task) => {
    readyNs.push(calendar.clock[0] * NS_PER_MS);
    become(task);
  };
  const wait = calendar.timer(thenMs, awake);
  const ready = loops.callback(0, (task) => {
    const { steps, setAt, clearAt } = tasks[task]!;
    const at = step[task]!++;
    const timer = task + tasks.length;
    note(`step ${at}`, task);
    if (at === setAt) loops.setTimer(timer);
    if (at === clearAt && at >= setAt && !fired.has(timer)) loops.clearTimer(timer);
    if (at + 1 === steps.length) return;
    thenMs[task] = steps[at]!.thenNs / NS_PER_MS;
    if (thenMs[task] === 0) become(task);
    else wait(task);
  });
  loops.onTimer(
    (timer) => {
      fired.add(timer);
      costMs[timer] = TIMER_COST_NS / NS_PER_MS;
    },
    0,
    (timer) => note('timer', timer - tasks.length),
  );

  const start = calendar.appointment(awake);
  const tokens = Array.from({ length: 2 * tasks.length }, () => calendar.create());
  for (const [task, { atNs }] of tasks.entries()) {
    calendar.due[tokens[task]!] = atNs / NS_PER_MS;
    start(tokens[task]!);
  }
  calendar.run(1e6);
  const instants = [...readyNs, ...log.map(({ ns }) => ns)].sort((a, b) => a - b);
  const isTied = (ns: number) => instants.filter((other) => Math.abs(other - ns) < 2).length > 1;
  return readyNs.some(isTied) ? undefined : log;
}

// Delays of 0 as on loopback, where the reply is there before the callback has ended; without bias towards small numbers, so that ties are rare.
const ns = (max: number) => fc.noBias(fc.integer({ min: 1, max }));
const delayNs = fc.oneof(fc.constant(0), ns(12_000_000));
const steps = fc.array(fc.record({ costNs: ns(900_000), thenNs: delayNs }), { minLength: 1, maxLength: 5 });
const task: fc.Arbitrary<Task> = fc.record({
  atNs: ns(40_000_000),
  steps,
  setAt: fc.nat(4),
  clearAt: fc.nat(6),
});
const tasks = fc.uniqueArray(task, { selector: ({ atNs }) => atNs, minLength: 1, maxLength: 40, size: 'max' });
const timerMs = fc.constantFrom(0, 1, 3, 7.9, 25);

describe('the folded loop does what the whole loop does', () => {
  test.each([
    ['callbacks that burn at once', atOnce],
    ['callbacks that burn in ticks and microtasks', inTicksAndMicrotasks],
  ])('%s: the same order, every instant to the ns', (_, work) => {
    fc.assert(
      fc.property(tasks, timerMs, (tasks, timerMs) => {
        const log = onFoldedLoop(tasks, timerMs);
        fc.pre(log !== undefined);
        expect(log).toEqual(onWholeLoop(tasks, timerMs, work));
      }),
      { numRuns: 500 },
    );
  });

  test('immediates: of what is ready together each step is taken in the same order, late by no more than the rest of its batch', () => {
    const batch = fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(batch, (costs) => {
        // The first callback takes so long that all others are ready when it ends: one poll gives them all.
        const tasks = [5_000_000, ...costs].map((costNs, i) => ({
          atNs: 1 + 10 * i,
          steps: [{ costNs, thenNs: 0 }],
          setAt: 9,
          clearAt: 9,
        }));
        const folded = onFoldedLoop(tasks, 1)!;
        const whole = onWholeLoop(tasks, 1, inAnImmediate);
        expect(folded.map(({ task }) => task)).toEqual(whole.map(({ task }) => task));
        const ends = folded.at(-1)!.ns;
        expect(whole.at(-1)!.ns).toBe(ends); // the loop goes on at the same instant
        for (const [i, { ns }] of whole.entries()) {
          expect(ns).toBeGreaterThanOrEqual(folded[i]!.ns);
          expect(ns).toBeLessThanOrEqual(ends);
        }
      }),
      { numRuns: 200 },
    );
  });
});
