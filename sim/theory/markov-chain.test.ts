import { expect, test } from 'vitest';
import { erlangB, erlangC, mmcWaitMs } from './erlang.ts';
import { gimBlocking } from './gim.ts';
import { mg1WaitMs } from './mg1.ts';
import { mmck, mmckWaitMs } from './mmck.ts';

// The closed forms against the Markov chains they are the closed forms of, written down state by state and solved numerically.

type State = readonly number[];
type Transition = readonly [to: State, rate: number];

/**
 * The steady state of a Markov chain given by its transitions, as a mean over it: E[f(state)].
 * W. K. Grassmann, M. I. Taksar and D. P. Heyman's elimination (Operations Research 33, 1985), which never subtracts.
 */
function steadyState(start: State, transitions: (state: State) => readonly Transition[]) {
  const states = [start];
  const indexOf = new Map([[start.join(), 0]]);
  const rates: number[][] = [];
  for (let from = 0; from < states.length; from++) {
    const row: number[] = [];
    for (const [to, rate] of transitions(states[from]!)) {
      const index = indexOf.get(to.join()) ?? states.push(to) - 1;
      indexOf.set(to.join(), index);
      row[index] = (row[index] ?? 0) + rate;
    }
    rates.push(row);
  }
  const q = rates.map((row) => Float64Array.from(states, (_, to) => row[to] ?? 0));
  for (let n = states.length - 1; n > 0; n--) {
    const down = q[n]!.subarray(0, n);
    const out = down.reduce((sum, rate) => sum + rate, 0);
    for (let from = 0; from < n; from++) {
      const share = q[from]![n]! / out;
      q[from]![n] = share;
      if (share > 0) for (let to = 0; to < n; to++) q[from]![to]! += share * down[to]!;
    }
  }
  const weights = [1];
  for (let n = 1; n < states.length; n++) weights.push(weights.reduce((sum, weight, from) => sum + weight * q[from]![n]!, 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (f: (state: State) => number) => states.reduce((sum, state, i) => sum + (f(state) * weights[i]!) / total, 0);
}

const sum = (state: State) => state.reduce((total, n) => total + n, 0);
/** The state with `by` added at each place. */
const plus = (state: State, ...by: number[]): State => state.map((n, i) => n + by[i]!);

test('Erlang B with service in two stages, M/E₂/4/4, and with two kinds of service, M/H₂/4/4: insensitive', () => {
  const [c, load] = [4, 3];
  const inStages = steadyState([0, 0], (state) => [
    ...(sum(state) < c ? [[plus(state, 1, 0), load] as const] : []),
    ...(state[0]! > 0 ? [[plus(state, -1, 1), 2 * state[0]!] as const] : []),
    ...(state[1]! > 0 ? [[plus(state, 0, -1), 2 * state[1]!] as const] : []),
  ]);
  expect(inStages((state) => +(sum(state) === c))).toBeCloseTo(erlangB(c, load), 13);
  // One in ten takes 5.5, the others 0.5: mean 1, squared coefficient of variation 5.5.
  const ofTwoKinds = steadyState([0, 0], (state) => [
    ...(sum(state) < c ? [[plus(state, 1, 0), 0.1 * load] as const, [plus(state, 0, 1), 0.9 * load] as const] : []),
    ...(state[0]! > 0 ? [[plus(state, -1, 0), state[0]! / 5.5] as const] : []),
    ...(state[1]! > 0 ? [[plus(state, 0, -1), state[1]! / 0.5] as const] : []),
  ]);
  expect(ofTwoKinds((state) => +(sum(state) === c))).toBeCloseTo(erlangB(c, load), 13);
});

test.each([
  [2, 4, 3],
  [5, 6, 5],
  [5, 10, 14],
])('round-robin over %d: E_k/M/c/c as arrivals see it, with %d servers at %d erlangs', (k, c, load) => {
  // [the pod whose turn it is, busy servers of pod 0]; arrivals at k times the rate of one pod.
  const mean = steadyState([0, 0], ([turn, busy]) => {
    const [pod, n] = [turn!, busy!];
    return [[[(pod + 1) % k, pod === 0 ? Math.min(n + 1, c) : n], k * load], ...(n > 0 ? [[[pod, n - 1], n] as const] : [])];
  });
  const blocking = mean(([turn, busy]) => +(turn === 0 && busy === c)) / mean(([turn]) => +(turn === 0));
  expect(gimBlocking(c, load, k)).toBeCloseTo(blocking, 13);
  // The share of time with every worker busy is another figure.
  expect(Math.abs(mean(([, busy]) => +(busy === c)) - blocking)).toBeGreaterThan(0.01);
});

test('round-robin loses the insensitivity: with service in two stages the rejection rate differs', () => {
  const [k, c, load] = [5, 4, 3];
  const mean = steadyState([0, 0, 0], (state) => {
    const [turn, first, second] = [state[0]!, state[1]!, state[2]!];
    const accepted = turn === 0 && first + second < c ? 1 : 0;
    return [
      [[(turn + 1) % k, first + accepted, second], k * load],
      ...(first > 0 ? [[plus(state, 0, -1, 1), 2 * first] as const] : []),
      ...(second > 0 ? [[plus(state, 0, 0, -1), 2 * second] as const] : []),
    ];
  });
  const blocking = mean(([turn, first, second]) => +(turn === 0 && first! + second! === c)) / mean(([turn]) => +(turn === 0));
  expect(Math.abs(gimBlocking(c, load, k) - blocking)).toBeGreaterThan(0.001);
});

test('M/M/3/9 at 2.7 erlangs', () => {
  const [c, places, load] = [3, 9, 2.7];
  const mean = steadyState([0], ([n]) => [
    ...(n! < places ? [[[n! + 1], load] as const] : []),
    ...(n! > 0 ? [[[n! - 1], Math.min(n!, c)] as const] : []),
  ]);
  const { blocking, meanBusy, meanInQueue, meanInSystem } = mmck(c, places, load);
  expect(blocking).toBeCloseTo(
    mean(([n]) => +(n === places)),
    13,
  );
  expect(meanBusy).toBeCloseTo(
    mean(([n]) => Math.min(n!, c)),
    13,
  );
  expect(meanInQueue).toBeCloseTo(
    mean(([n]) => Math.max(n! - c, 0)),
    13,
  );
  expect(meanInSystem).toBeCloseTo(
    mean(([n]) => n!),
    13,
  );
  // An arrival that is accepted and finds n ≥ c waits for n − c + 1 departures at the rate c.
  const waitMs = mean(([n]) => (n! < places ? Math.max(n! - c + 1, 0) / c : 0)) / (1 - blocking);
  expect(mmckWaitMs(c, places, load, 1)).toBeCloseTo(waitMs, 13);
});

test('M/M/3 at 2 erlangs, cut at 150 places', () => {
  const [c, load] = [3, 2];
  const mean = steadyState([0], ([n]) => [
    ...(n! < 150 ? [[[n! + 1], load] as const] : []),
    ...(n! > 0 ? [[[n! - 1], Math.min(n!, c)] as const] : []),
  ]);
  expect(erlangC(c, load)).toBeCloseTo(
    mean(([n]) => +(n! >= c)),
    13,
  ); // (2/3)^150 = 4e-27
  expect(mmcWaitMs(c, load, 1)).toBeCloseTo(
    mean(([n]) => Math.max(n! - c + 1, 0) / c),
    13,
  );
});

test('M/E₂/1 at ρ = 0.6: Pollaczek–Khinchine is the mean of the work that an arrival finds', () => {
  const rho = 0.6;
  const mean = steadyState([0], ([stages]) => [
    ...(stages! < 198 ? [[[stages! + 2], rho] as const] : []),
    ...(stages! > 0 ? [[[stages! - 1], 2] as const] : []),
  ]);
  expect(mg1WaitMs(1000 * rho, 1, 0.5)).toBeCloseTo(
    mean(([stages]) => stages! / 2),
    11,
  );
});
