import { describe, expect, test } from 'vitest';
import { follow, scenarioOf } from '../testing.ts';

const database = (connections: number, connectionsPerPod: number, count = 2) =>
  scenarioOf({ 'pods.count': count, 'database.connections': connections, 'database.connectionsPerPod': connectionsPerPod });
const queries = (...instants: number[]) => instants.map((atMs) => ({ atMs, kind: 'status' as const })); // SELECTs of 5 ms, 1.5 ms later

describe('first come, first served', () => {
  test('for the connections of a pod', () => {
    const { answers, life } = follow(database(100, 2, 1), queries(0, 1, 2, 3, 4));
    expect(answers).toEqual([6.5, 7.5, 11.5, 12.5, 16.5].map((ms) => `statusAnswered ${ms}`));
    expect(life(2)).toContain('queryAsked 3.5');
    expect(life(2)).toContain('queryBegun 6.5');
  });

  test('for the connections of the database, over all pods', () => {
    const { answers } = follow(database(2, 2), queries(0, 1, 2, 3, 4));
    expect(answers).toEqual([6.5, 7.5, 11.5, 12.5, 16.5].map((ms) => `statusAnswered ${ms}`));
  });
});

test("a pod's own limit holds however idle the database is", () => {
  const { answers } = follow(database(100, 1), queries(0, 0, 0, 0)); // two in each pod
  expect(answers).toEqual([6.5, 6.5, 11.5, 11.5].map((ms) => `statusAnswered ${ms}`));
});

test('who waits for the database holds a connection of its pod', () => {
  // The only connection of the database is pod 0's until 6.5. Pod 1's is taken by the second, which waits; the fourth waits for it in turn,
  // behind the third of pod 0, which asked the database later but before it.
  const { answers } = follow(database(1, 1), queries(0, 1, 2, 3));
  expect(answers).toEqual([6.5, 11.5, 16.5, 21.5].map((ms) => `statusAnswered ${ms}`));
  const { trace } = follow(database(1, 1), queries(0, 1, 2, 3));
  expect(trace.filter(({ moment }) => moment === 'queryBegun').map(({ request }) => request)).toEqual([0, 1, 2, 3]);
});

test('a pod that has many waiting does not keep another from the database', () => {
  // Pod 0 asks at 1.5 and twice at 2.5, pod 1 at 3.5; one connection each, two in all: pod 1 need not wait.
  const crashed = { kind: 'podCrash', atMs: 0, forMs: 3, pod: 1 };
  const scenario = scenarioOf({ 'pods.count': 2, 'database.connections': 2, 'database.connectionsPerPod': 1, faults: [crashed] });
  const { answers, trace } = follow(scenario, queries(0, 1, 1, 2));
  expect(trace.filter(({ moment }) => moment === 'admitted').map(({ pod }) => pod)).toEqual([0, 0, 0, 1]);
  expect(answers).toEqual([6.5, 11.5, 16.5, 8.5].map((ms) => `statusAnswered ${ms}`));
});

test('a connection is held by the statement only, not during the delivery', () => {
  const { answers } = follow(database(1, 1, 1), [{ atMs: 0 }, { atMs: 1 }, { atMs: 2, smtpMs: 65 }]);
  // INSERTs 1.5–21.5, 21.5–41.5, 41.5–61.5; deliveries end at 121.5, 141.5 and 126.5; UPDATEs 121.5–136.5, 136.5–151.5 (the third), 151.5–166.5
  expect(answers).toEqual(['sent 136.5', 'sent 166.5', 'sent 151.5']);
});
