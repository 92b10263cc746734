import { describe, expect, test } from 'vitest';
import { follow, scenarioOf } from '../testing.ts';

// One pod; a planned send: INSERT 1.5–21.5 ms after it arrives, delivery –121.5, UPDATE –136.5; a status query: SELECT 1.5–6.5.
const scenario = (faults: object[], more = {}) => scenarioOf({ 'pods.count': 1, 'database.connectionsPerPod': 100, ...more, faults });
const status = (atMs: number) => ({ atMs, kind: 'status' as const });
const insertedAt = (atMs: number) => ({ atMs: atMs - 1.5 }); // a send whose INSERT is asked for at an instant

describe('databaseStall', () => {
  const stall = { kind: 'databaseStall', atMs: 1000, forMs: 500 };

  test('a statement that runs freezes, and takes what was left of it when the stall ends', () => {
    const { life } = follow(scenario([stall]), [insertedAt(988)]); // 12 of 20 ms done
    expect(life(0)).toContain('queryBegun 988');
    expect(life(0)).toContain('queryAnswered 1508');
    expect(life(0).at(-1)).toBe('departed 1623');
  });

  test('a statement asked for in it waits for its end, then takes its time; a connection is taken all the while', () => {
    const { life, answers } = follow(scenario([stall]), [insertedAt(1000), insertedAt(1499.5), insertedAt(1500)]);
    expect(life(0)).toContain('queryBegun 1000');
    expect(answers).toEqual(['sent 1635', 'sent 1635', 'sent 1635']);
  });

  test('all resume together, each where it was', () => {
    const { answers } = follow(scenario([stall]), [{ atMs: 863.5 }, { atMs: 875 }, { atMs: 994.5 }, status(994.5), status(996.5)]);
    // UPDATEs with 0 and 11.5 ms left, an INSERT with 16, SELECTs with 1 and 3
    expect(answers).toEqual(['sent 1500', 'sent 1511.5', 'sent 1631', 'statusAnswered 1501', 'statusAnswered 1503']);
  });

  test('connections stay: who finds none waits, and is not frozen twice', () => {
    const few = { 'database.connectionsPerPod': 2 };
    const { answers } = follow(scenario([stall], few), [status(994.5), status(996.5), status(1000), status(1100)]);
    expect(answers).toEqual([1501, 1503, 1506, 1508].map((ms) => `statusAnswered ${ms}`));
  });

  test('deliveries go on', () => {
    const { life } = follow(scenario([stall]), [insertedAt(970)]); // delivery from 990 to 1090
    expect(life(0)).toContain('deliveryEnded 1090');
    expect(life(0).at(-1)).toBe('departed 1515');
  });
});

describe('databaseDown', () => {
  const down = { kind: 'databaseDown', atMs: 1000, forMs: 500 };

  test('statements that run or wait fail at once: the request answers 500', () => {
    const few = { 'database.connectionsPerPod': 1 };
    const { answers, rows, life } = follow(scenario([down], few), [insertedAt(990), status(997), status(998)]);
    expect(answers).toEqual(['failed 1000', 'failed 1000', 'failed 1000']);
    expect(rows).toEqual({ pending: 0, sent: 0, failed: 0 }); // what ran is rolled back
    expect(life(0).slice(-3)).toEqual(['queryEnded 1000', 'released 1000', 'departed 1000']);
    expect(life(1).slice(-4)).toEqual(['queryAsked 998.5', 'abandoned 1000', 'released 1000', 'departed 1000']); // it had no connection
  });

  test('a statement asked for in it fails at once', () => {
    expect(follow(scenario([down]), [insertedAt(1000), status(1200), insertedAt(1499.5)]).answers).toEqual([
      'failed 1000',
      'failed 1201.5',
      'failed 1499.5',
    ]);
  });

  test('a send whose UPDATE fails is unrecorded, its row pending, whatever the ISP said; nothing is retried', () => {
    const sends = [{ atMs: 870 }, { atMs: 870, reply: 2 }, { atMs: 900 }, { atMs: 900, reply: 1 }, { atMs: 1000, smtpMs: 200 }];
    // UPDATEs: begun at 991.5 and cut at 1000; asked for at 1021.5; the last never comes so far, for its INSERT fails at 1001.5
    const { answers, rows } = follow(scenario([down]), sends);
    expect(answers).toEqual(['unrecorded 1000', 'unrecorded 1000', 'unrecorded 1021.5', 'unrecorded 1021.5', 'failed 1001.5']);
    expect(rows).toEqual({ pending: 4, sent: 0, failed: 0 });
  });

  test('a hang that outlasts it is recorded, one that does not is not', () => {
    const long = scenario([{ ...down, atMs: 30_000, forMs: 1000 }]);
    const { answers, rows } = follow(long, [
      { atMs: 0, reply: 3 },
      { atMs: 1000, reply: 3 },
    ]);
    expect(answers).toEqual(['unrecorded 30021.5', 'timedOut 31036.5']);
    expect(rows).toEqual({ pending: 1, sent: 0, failed: 1 });
  });

  test('afterwards all connections are back', () => {
    const few = { 'database.connectionsPerPod': 2 };
    const { answers } = follow(scenario([down], few), [status(997), status(998), status(999), ...[1498.5, 1498.5, 1498.5].map(status)]);
    expect(answers.slice(0, 3)).toEqual(['failed 1000', 'failed 1000', 'failed 1000.5']); // the third is still on its way
    expect(answers.slice(3)).toEqual(['statusAnswered 1505', 'statusAnswered 1505', 'statusAnswered 1510']);
  });

  test('workers it sets free go to those who wait, who fail in turn, however many there are', () => {
    const queue = { 'pods.workers': 1, 'pods.queueCapacity': 20_000, 'balancer.maxConnections': 30_000 };
    const { answers } = follow(scenario([down], queue), [insertedAt(981), ...Array.from({ length: 20_000 }, () => status(981))]);
    expect(new Set(answers)).toEqual(new Set(['failed 1000']));
  });
});

describe('databaseSlow', () => {
  const slow = { kind: 'databaseSlow', atMs: 1000, forMs: 500, factor: 4 };

  test('statements that begin in it take factor times as long', () => {
    const { answers } = follow(scenario([slow]), [insertedAt(999.5), insertedAt(1000), status(1498), status(1498.5)]);
    // The first INSERT takes 20 ms, its UPDATE begins at 1119.5 and takes 60; the second takes 80 and 60.
    expect(answers).toEqual(['sent 1179.5', 'sent 1240', 'statusAnswered 1519.5', 'statusAnswered 1505']);
  });

  test('it counts when a statement begins, not when it was asked for', () => {
    const few = { 'database.connectionsPerPod': 1 };
    const { answers } = follow(scenario([slow], few), [status(994.5), status(995), status(1494), status(1494.5)]);
    // SELECTs 996–1001, 1001–1021 (slow), 1495.5–1515.5 (slow), 1515.5–1520.5
    expect(answers).toEqual([1001, 1021, 1515.5, 1520.5].map((ms) => `statusAnswered ${ms}`));
  });
});

describe('together', () => {
  const stall = { kind: 'databaseStall', atMs: 1000, forMs: 500 };

  test('a slow statement that a stall freezes stays slow', () => {
    const slow = { kind: 'databaseSlow', atMs: 900, forMs: 200, factor: 10 };
    const { answers } = follow(scenario([slow, stall]), [status(968.5), status(1048.5), status(1148.5)]);
    // 50 ms from 970, 30 done; one that begins in both, one that begins in the stall only
    expect(answers).toEqual(['statusAnswered 1520', 'statusAnswered 1550', 'statusAnswered 1505']);
  });

  test('what a stall has frozen fails when the database goes down; the stall goes on for what comes after', () => {
    const down = { kind: 'databaseDown', atMs: 1200, forMs: 100 };
    const few = { 'database.connectionsPerPod': 2 };
    const { answers, rows } = follow(scenario([stall, down], few), [
      insertedAt(990),
      insertedAt(1100),
      insertedAt(1150),
      insertedAt(1250),
      insertedAt(1400),
    ]);
    expect(answers).toEqual(['failed 1200', 'failed 1200', 'failed 1200', 'failed 1250', 'sent 1635']);
    expect(rows).toEqual({ pending: 0, sent: 1, failed: 0 });
  });

  test('a stall that ends while the database is down wakes nothing', () => {
    const down = { kind: 'databaseDown', atMs: 1400, forMs: 400 };
    const { answers } = follow(scenario([stall, down]), [insertedAt(1100), insertedAt(1600), insertedAt(1800)]);
    expect(answers).toEqual(['failed 1400', 'failed 1600', 'sent 1935']);
  });

  test('a fault that begins when the one before it ends lasts, in whatever order the scenario lists them', () => {
    const first = { kind: 'databaseDown', atMs: 1000, forMs: 500 };
    const second = { kind: 'databaseDown', atMs: 1500, forMs: 500 };
    for (const faults of [
      [first, second],
      [second, first],
    ]) {
      expect(follow(scenario(faults), [status(1300), status(1700), status(2100)]).answers).toEqual([
        'failed 1301.5',
        'failed 1701.5',
        'statusAnswered 2106.5',
      ]);
    }
  });
});
