import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadScenario } from '../fixtures/scenario.ts';
import { DEFAULT_LIMIT, parseLimit } from '../sim/experiments/limit.ts';
import { report } from './commands/report.ts';
import { rejection } from './format.ts';
import { type MeasuredRun, misfit, readMeasured } from './measured.ts';
import { madeUpPoint } from './screens/made-up.test.data.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-measured-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What `mailsim load --format json` prints. */
const document = (rate: number, change: object = {}, point = madeUpPoint(rate)) =>
  report(
    {
      command: 'load',
      version: '0.1.0',
      seed: 42,
      scenario: loadScenario(),
      limit: parseLimit(DEFAULT_LIMIT)!,
      points: [point],
      knee: null,
      series: null,
      complete: true,
      real: {
        stretch: 4,
        database: 'emulated',
        tls: false,
        planned: 1000,
        dropped: 0,
        latenessMs: { p50: 1, p90: 1, p99: 2, max: 3 },
        idleShare: 0.5,
        void: false,
        eventLoopUtilisation: [0.1],
        ...change,
      },
    },
    'json',
  );

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test('a run in which nothing arrived has no 503 rate, neither as it is written nor as it is read', () => {
  const nothing = { mean: 0, lower: null, upper: null, halfWidth: null };
  const text = document(900, {}, { ...madeUpPoint(900), arrivals: 0, rejectionRate: nothing });
  expect(JSON.parse(text).points[0].rejectionRate).toEqual({ mean: null, lower: null, upper: null, halfWidth: null });
  const { runs, faults } = readMeasured([file('nothing.json', text)]);
  expect(faults).toEqual([]);
  expect(rejection(runs[0]!.point.rejectionRate)).toEqual({ value: '–', halfWidth: '' });
  rmSync(join(folder, 'nothing.json'));
});

test('records are read from files and from folders', () => {
  const one = file('one.json', document(900));
  file('two.json', document(300));
  file('notes.txt', 'no record');
  const { runs, faults } = readMeasured([folder]);
  expect(faults).toEqual([]);
  expect(runs.map(({ point, stretch }) => [point.ratePerSecond, stretch])).toEqual([
    [900, 4],
    [300, 4],
  ]);
  expect(readMeasured([one]).runs[0]?.point.poolUtilisation).toEqual(madeUpPoint(900).poolUtilisation);
});

test('every file that is no record is told, with what it is', () => {
  const paths = [
    file('broken.jsn', '{ "command": '),
    file('sweep.jsn', '{ "command": "sweep" }'),
    file('old.jsn', '{ "command": "load" }'),
    file('list.jsn', '[]'),
    join(folder, 'nowhere.jsn'),
    join(folder, 'x'.repeat(300)),
  ];
  const { runs, faults } = readMeasured(paths);
  expect(runs).toEqual([]);
  expect(faults.map(({ found }) => found)).toEqual([
    expect.stringContaining('malformed JSON'),
    'a result of `mailsim sweep`',
    'a record of another version, or one that is damaged',
    'something else',
    expect.stringContaining('no such file'),
    expect.stringContaining('name too long'),
  ]);
});

test('a record is checked as a scenario file is', () => {
  const record = JSON.parse(document(900));
  const changed = (name: string, change: (record: { scenario: { pods: object }; points: object[]; stretch: number }) => void) => {
    const copy = structuredClone(record);
    change(copy);
    return file(name, JSON.stringify(copy));
  };
  const scenario = changed('scenario.jsn', ({ scenario }) => Object.assign(scenario.pods, { workers: 0, count: 1e9 }));
  const paths = readMeasured([scenario]).faults.map(({ path }) => path);
  expect(paths).toEqual([`--measured ${scenario}, scenario.pods.count`, `--measured ${scenario}, scenario.pods.workers`]);
  const damaged = [
    changed('rate.jsn', ({ points }) => Object.assign(points[0]!, { ratePerSecond: 1e18 })),
    changed('share.jsn', ({ points }) => Object.assign(points[0]!, { poolUtilisation: { mean: 2, halfWidth: 0 } })),
    changed('stretch.jsn', (copy) => (copy.stretch = -1)),
  ];
  expect(readMeasured(damaged).faults.map(({ found }) => found)).toEqual(
    damaged.map(() => 'a record of another version, or one that is damaged'),
  );
});

describe('a run says something of the service that a scenario describes', () => {
  const run = (set: readonly string[] = [], change: Partial<MeasuredRun> = {}): MeasuredRun => ({
    file: 'run.json',
    scenario: loadScenario({ set }),
    stretch: 1,
    database: 'emulated',
    void: false,
    point: madeUpPoint(900),
    ...change,
  });

  test.each([
    ['the rate', 'arrivals.ratePerSecond=900'],
    ['the name', 'name=mine'],
    ['how long was measured', 'run.measureMs=1000'],
    ["what the model takes the callbacks' costs for", 'pods.eventLoop=null'],
  ])('whatever is %s', (_, setting) => {
    expect(misfit(run([setting]), loadScenario())).toBeNull();
  });

  test.each([
    ['pods.workers=100', 'its pods.workers is 100, here 50'],
    ['balancer.policy=random', 'its balancer.policy is random, here roundRobin'],
    ['smtp.isps.gmail.latencyMs.meanMs=81', 'its smtp.isps.gmail.latencyMs.meanMs is 81, here 80'],
    ['faults.0={"kind":"smtpOutage","atMs":0,"forMs":1}', 'its faults.0 is {"kind":"smtpOutage","atMs":0,"forMs":1}, here not there'],
  ])('but not with %s', (setting, reason) => {
    expect(misfit(run([setting]), loadScenario())).toBe(reason);
  });

  test('and not where the machine had no CPU to spare, or the database its own times', () => {
    expect(misfit(run([], { void: true }), loadScenario())).toContain('no CPU to spare');
    expect(misfit(run([], { database: 'real' }), loadScenario())).toContain('its own times');
  });
});
