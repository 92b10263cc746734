import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Point } from '../sim/experiments/point.ts';
import { CTRL_C, spawnInTerminal } from './terminal/testing.ts';

/** The commands as a user runs them: the built program, in processes of its own. `npm test` has built it. */

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist/tui/main.js');
const golden = join(root, 'fixtures/golden/sweep.json');
const SMALL_SWEEP = ['sweep', '--rates', '700..1300:200', '--replications', '3', '--measure', '20s', '--warmup', '2s'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function mailsim(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
}

describe('same bytes', () => {
  const reference = () => mailsim(...SMALL_SWEEP, '--format', 'json', '--threads', '1').stdout;

  test('again, and with any number of threads', () => {
    const first = reference();
    expect(reference()).toBe(first);
    expect(mailsim(...SMALL_SWEEP, '--format', 'json', '--threads', '2').stdout).toBe(first);
    expect(mailsim(...SMALL_SWEEP, '--format', 'json', '--threads', '3').stdout).toBe(first);
  });

  // Written anew only by `npm run golden`. Math.exp and Math.log may round differently in another Node or on another processor.
  test.runIf(process.arch === 'x64')('as the golden sweep of the pinned Node on x64', () => {
    expect(reference()).toBe(readFileSync(golden, 'utf8'));
  });

  test('replication 0 of a sweep is the run of that seed', () => {
    const run = JSON.parse(mailsim('run', '--rate', '900', '--measure', '20s', '--warmup', '2s', '--format', 'json').stdout);
    const sweep = JSON.parse(
      mailsim('sweep', '--rates', '900', '--replications', '1', '--measure', '20s', '--warmup', '2s', '--format', 'json').stdout,
    );
    expect(run.points[0].outcomes).toEqual(sweep.points[0].outcomes);
    expect(run.points[0].sojournMs.p99.value).toBe(sweep.points[0].sojournMs.p99.value);
  });

  test('a plan that was written and read back is the same run, whatever decides the warm-up, and so is a run that is traced', () => {
    for (const options of [
      ['--measure', '20s', '--warmup', '2s', '--rate', '400', '--set', 'smtp.isps=isps/hanging.json'],
      ['--measure', '20s', '--rate', '400', '--seed', '7'],
      ['--scenario', 'pure-queue-mg1', '--measure', '500s', '--set', 'smtp.timeoutMs=1500'],
      ['--scenario', 'smtp-outage', '--measure', '100s', '--set', 'balancer.policy=random'],
    ]) {
      const drawn = mailsim('run', ...options, '--format', 'json').stdout;
      expect(mailsim('workload', ...options, '--out', 'plan.ndjson').status).toBe(0);
      expect(mailsim('run', ...options, '--format', 'json', '--workload', 'plan.ndjson').stdout).toBe(drawn);
      expect(mailsim('run', '--format', 'json', '--workload', 'plan.ndjson', '--trace', 'trace.ndjson').stdout).toBe(drawn);
      const trace = readFileSync(join(folder, 'trace.ndjson'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const plan = readFileSync(join(folder, 'plan.ndjson'), 'utf8').trimEnd().split('\n');
      expect(trace.filter(({ moment }) => moment === 'arrived')).toHaveLength(plan.length - 2); // without head and end
      expect(trace.every(({ atMs }, i) => i === 0 || atMs >= trace[i - 1].atMs)).toBe(true);
    }
  });
});

describe('results', () => {
  test('a sweep has the fields of its points, the knee and the bottleneck', () => {
    const sweep = JSON.parse(mailsim(...SMALL_SWEEP, '--format', 'json').stdout);
    expect(Object.keys(sweep)).toEqual(['mailsim', 'command', 'seed', 'scenario', 'points', 'knee', 'bottleneck']);
    expect(sweep.points.map((point: { ratePerSecond: number }) => point.ratePerSecond)).toEqual([700, 900, 1100, 1300]);
    for (const point of sweep.points) {
      const { arrivals, outcomes } = point;
      expect(Object.values(outcomes as Record<string, number>).reduce((sum, n) => sum + n, 0)).toBe(arrivals);
      expect(point.rejectionRate.halfWidth).toBeGreaterThan(0);
      expect(point.rejectionRate.upper).toBeGreaterThanOrEqual(3 / arrivals);
    }
    expect(sweep.knee.limit).toBe('rejectionRate<=0.001');
    expect(sweep.knee.ratePerSecond).toBeGreaterThan(900);
    expect(sweep.knee.ratePerSecond).toBeLessThan(1100);
    expect(sweep.bottleneck.station).toBe('pools');
    expect(sweep.bottleneck.ceilingPerSecond).toBeLessThan(250 / 0.189); // callbacks hold workers, too
    expect(sweep.bottleneck.ceilingPerSecond).toBeGreaterThan(250 / 0.192);
    expect(sweep.bottleneck.stations[1]).toMatchObject({ station: 'event loops', servers: 5 });
    expect(sweep.bottleneck.stations[2]).toMatchObject({ station: 'database', servers: 100, holdingMs: 29 });
    for (const point of sweep.points) {
      expect(point.eventLoopUtilisation.mean).toBeCloseTo(
        point.eventLoopUtilisationByPod.reduce((sum: number, share: number) => sum + share / 5, 0),
        9,
      );
      expect(point.eventLoopDelayMs.p99.value).toBeLessThan(50);
      expect(point.loopWaitMs.mean.mean).toBeGreaterThan(0);
    }
  });

  test('CSV has one line a rate, JSON goes whole into the file that was named', () => {
    const [heads, ...lines] = mailsim(...SMALL_SWEEP, '--format', 'csv')
      .stdout.trimEnd()
      .split('\n');
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line.split(',')).toHaveLength(heads!.split(',').length);
    expect(heads).toMatch(/,precise,complete$/);
    for (const line of lines) expect(line).toMatch(/,true,true$/);
    const { stdout } = mailsim(...SMALL_SWEEP, '--format', 'json', '--out', 'sweep.json');
    expect(stdout).toBe('');
    expect(JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8')).points).toHaveLength(4);
  });

  test('without a terminal the screen is the table', () => {
    expect(mailsim('screen', ...SMALL_SWEEP.slice(1)).stdout).toBe(mailsim(...SMALL_SWEEP).stdout);
    expect(mailsim(...SMALL_SWEEP.slice(1)).stdout).toBe(mailsim(...SMALL_SWEEP).stdout);
  });

  test('the UPDATE is changed by the scenario alone', () => {
    writeFileSync(
      join(folder, 'slow-update.json'),
      '{ "name": "slow-update", "pods": { "eventLoop": null }, "database": { "updateMs": 25 } }',
    );
    const point = JSON.parse(mailsim('run', '--scenario', 'slow-update.json', '--measure', '10s', '--format', 'json').stdout).points[0];
    expect(point.databaseMs.update.mean.mean).toBeCloseTo(25, 6);
  });

  test('a plan comes from a pipe too, with a byte-order mark, CRLF and blank lines at its end', () => {
    const options = ['--measure', '2s', '--warmup', '1s', '--rate', '200'];
    const { stdout: plan } = mailsim('workload', ...options);
    const drawn = mailsim('run', ...options).stdout;
    for (const input of [plan, `\uFEFF${plan.replaceAll('\n', '\r\n')}\r\n\r\n`, plan.trimEnd()])
      expect(spawnSync(process.execPath, [main, 'run', '--workload', '-'], { input, encoding: 'utf8' })).toMatchObject({
        stdout: drawn,
        status: 0,
      });
  });

  test('the length of a plan does not decide how much memory it takes', () => {
    const script = `ulimit -c 0; node() { '${process.execPath}' --max-old-space-size=40 '${main}' "$@"; }
      node workload --rate 2000 --measure 150s --warmup 0s | node run --workload -`; // 300,000 requests, 35 MB
    expect(spawnSync('bash', ['-c', script], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^ *2000 /m),
    });
  });

  test('of a rate at which nothing arrived no 503 rate is told', () => {
    const sweep = ['sweep', '--rates', '0.001,100', '--replications', '1', '--measure', '1s', '--warmup', '0s', '--format'];
    const [, nothing] = mailsim(...sweep, 'csv').stdout.split('\n');
    expect(nothing).toMatch(/^0\.001,1,0,1000,1,0,,,,,/);
    expect(JSON.parse(mailsim(...sweep, 'json').stdout).points.map((point: Point) => point.rejectionRate.mean)).toEqual([null, 0]);
    expect(mailsim(...sweep, 'table').stdout).toMatch(/^ *0\.001 +0 +– /m);
  });

  test('in ASCII the table has nothing else, and the same shape', () => {
    const sweep = ['screen', ...SMALL_SWEEP.slice(1), '--scenario', 'naive-hangs'];
    const [table, plain] = [mailsim(...sweep).stdout, mailsim(...sweep, '--ascii').stdout];
    expect(plain).toMatch(/^[ -~\n]*$/);
    expect(plain.split('\n').map(({ length }) => length)).toEqual(table.split('\n').map(({ length }) => length));
    expect(plain).toContain(' x 50 workers');
    expect(mailsim(...sweep, '--ascii', '--format', 'json').stdout).toBe(mailsim(...sweep, '--format', 'json').stdout);
  });

  test('a run with faults tells its time series and when it recovered', () => {
    const faults = '[{"kind":"smtpOutage","atMs":20000,"forMs":5000}]';
    const run = ['run', '--set', `faults=${faults}`, '--set', 'smtp.timeoutMs=2000', '--measure', '60s', '--rate', '800'];
    const { points, series } = JSON.parse(mailsim(...run, '--format', 'json').stdout);
    expect(series.untilMs).toHaveLength(60);
    expect(series.rejectionRate[10]).toBe(0);
    expect(series.rejectionRate[22]).toBeGreaterThan(0.2);
    expect(points[0].recoveryMs).toMatchObject({ recovered: 1, of: 1 });
    expect(mailsim(...run).stdout).toContain('recovery ');
  });
});

describe('bad input gets one message with every fault, exit code 2 and no stack trace', () => {
  const cases: readonly (readonly [name: string, args: readonly string[], faults: readonly string[]])[] = [
    ['an unknown field', ['run', '--scenario', 'unknown-field.json'], ['arrivals.rate:']],
    ['a negative rate', ['run', '--rate', '-5'], ['--rate: found "-5", allowed: a number above 0']],
    ['a negative rate in the scenario', ['run', '--set', 'arrivals.ratePerSecond=-5'], ['arrivals.ratePerSecond']],
    ['a rate of 0', ['sweep', '--rates', '0,100'], ['--rates: found "0,100"']],
    ['a rate beyond the schema’s', ['run', '--rate', '1e18'], ['--rate: found "1e18", allowed: a number above 0, at most 10000000']],
    ['rates beyond it', ['sweep', '--rates', '100,1e18'], ['--rates: found "100,1e18", allowed: rates above 0, at most 10000000']],
    ['a range beyond it', ['sweep', '--rates', '1e7..1e18:1e17'], ['--rates: found "1e7..1e18:1e17"']],
    [
      'a rate that a step carries beyond it',
      ['run', '--scenario', 'spike', '--rate', '3000000'],
      ['--rate: found 3000000, allowed: at most 2000000, since a rate step multiplies it'],
    ],
    [
      'a time without end',
      ['run', '--set', 'smtp.timeoutMs=1e300'],
      ['smtp.timeoutMs: found 1e+300, allowed: a number above 0, at most 1e9'],
    ],
    [
      'a warm-up that a transient has not',
      ['run', '--scenario', 'smtp-outage', '--warmup', '5s'],
      ["run.warmup: found 5000, allowed: 'auto'"],
    ],
    [
      'faults and rate steps after the end',
      ['run', '--scenario', 'smtp-outage', '--measure', '60s', '--set', 'arrivals.rateSteps=[{"atMs":1e6,"factor":2}]'],
      ['2 faults', 'faults.0.atMs: found 60000, allowed: a number below 60000', 'arrivals.rateSteps.0.atMs: found 1000000'],
    ],
    [
      'a question to a single run',
      ['run', '--precision', '1', '--limit', 'rejectionRate<=1'],
      ['2 faults', '--precision: found an option that does not exist'],
    ],
    ['threads for a single run', ['run', '--threads', '2'], ['--threads: found a single run']],
    ['two efforts', ['sweep', '--replications', '2', '--precision', '1'], ['--precision: found beside --replications']],
    [
      'more than can be counted',
      ['run', '--rate', '10000000', '--measure', '1h'],
      ['one run: found about 3.6e10 requests, allowed: at most 2,000,000,000'],
    ],
    [
      'more than can be waited for',
      ['sweep', '--measure', '300h', '--replications', '1000'],
      ['all runs: found about', 'allowed: at most 1e13'],
    ],
    [
      'more than can be held',
      ['run', '--measure', '1h', '--set', 'run.seriesMs=1', '--set', 'pods.count=10000', '--set', 'pods.eventLoop=null'],
      ['run.seriesMs: found 1, allowed: at least 3.6'],
    ],
    [
      'a field twice',
      ['run', '--scenario', 'twice.json'],
      ['twice.json, pods.workers: found "workers" a second time, allowed: each field once'],
    ],
    ['the same in a setting', ['run', '--set', 'pods={"count":1,"count":2}'], ['found "count" a second time']],
    ['UTF-16', ['run', '--scenario', 'utf16.json'], ['utf16.json: found text in UTF-16, allowed: text in UTF-8']],
    [
      'what a terminal would obey',
      ['run', '--scenario', 'a\u001b[31mb\u202e', '--set', 'name="\\u001b[2J"', '--set', '\u009b2J=1', '--seed', '\u001b]0;x\u0007'],
      [
        'no file a\\u{1b}[31mb\\u{202e}',
        'name: found "\\u001b[2J", allowed: text of 1 to 100',
        '--set \\u{9b}2J=1',
        '--seed: found "\\u001b]0;x\\u0007"',
      ],
    ],
    ['an empty sweep', ['sweep', '--rates', '500..100:50'], ['--rates: found "500..100:50"']],
    ['shares that do not sum to 1', ['run', '--set', 'smtp.isps.gmail.share=0.5'], ['smtp.isps: found shares that sum to 1.05']],
    ['a missing file', ['run', '--scenario', 'nowhere.json'], ['nowhere.json']],
    ['malformed JSON', ['run', '--scenario', 'malformed.json'], ['malformed.json', 'line 1']],
    ['a path that does not exist', ['run', '--set', 'pods.worker=3'], ['--set pods.worker=3: found no such path, allowed: pods.workers']],
    ['an unknown option', ['run', '--rates', '3'], ['1 fault', '--rates: found an option that does not exist, allowed: --rate?']],
    ['an unknown command', ['swep'], ["swep: found a word that is neither a command nor an option's value, allowed: sweep?"]],
    ['a missing value', ['run', '--rate'], ['--rate']],
    [
      'a workload that is none',
      ['run', '--workload', 'malformed.json'],
      ['malformed.json, line 1: found { "name": , allowed: the head of a plan'],
    ],
    ['a folder as a workload', ['run', '--workload', '.'], ['--workload .: found illegal operation on a directory']],
    [
      'a plan that was cut off',
      ['run', '--workload', 'cut.ndjson'],
      ['cut.ndjson, line 4: found {"atMs":', 'line 5: found the end after 3 requests'],
    ],
    [
      'a plan that was cut off, for the real service, before it is started',
      ['load', '--workload', 'cut.ndjson'],
      ['cut.ndjson, line 4: found {"atMs":', 'as the last line of a whole plan'],
    ],
    [
      'a plan that is another run',
      ['run', '--workload', 'short.ndjson', '--seed', '7', '--rate', '3', '--warmup', '2s', '--measure', '5s', '--set', 'pods.workers=7'],
      [
        '5 faults',
        '--seed: found 7, where the plan has 42, allowed: what short.ndjson was drawn with',
        '--rate: found 3, where the plan has 2',
        'pods.workers: found 7, where the plan has 50',
        'run.warmup: found 2000, where the plan has 1000',
        'run.measureMs: found 5000, where the plan has 1000',
      ],
    ],
    [
      'a plan of another scenario',
      ['run', '--workload', 'short.ndjson', '--scenario', 'anchor', '--seed', 'x'],
      ['--seed: found "x"', 'name: found anchor, where the plan has naive', 'the scenario: found'],
    ],
    ['an empty stdin as a workload', ['run', '--workload', '-'], ['stdin, line 1: found nothing']],
    [
      'files of one run for several',
      ['run', '--workload', 'nowhere.ndjson', '--trace', 'trace.ndjson', '--replications', '2', '--rate', 'x'],
      ['--rate: found "x"', '--trace: found 2 replications, allowed: a single run', '--workload: found 2 replications'],
    ],
    ['a missing workload', ['run', '--workload', 'nowhere.ndjson'], ['nowhere.ndjson']],
    ['no workload for the real service', ['load', '--workload', 'nowhere.ndjson'], ['--workload nowhere.ndjson']],
    ['a folder that cannot be written to', ['run', '--out', 'nowhere/result.json'], ['--out: found "nowhere/result.json"']],
    [
      'many at once',
      [
        'sweep',
        '--rates',
        'x',
        '--seed',
        '1.5',
        '--threads',
        '0',
        '--format',
        'xml',
        '--set',
        'pods.workers=0',
        '--precision',
        '0',
        '--limit',
        'x<=1',
        '--measure',
        '0s',
      ],
      ['--rates', '--seed', '--threads', '--format', 'pods.workers', '--precision', '--limit', '--measure'],
    ],
  ];

  beforeAll(() => {
    writeFileSync(join(folder, 'unknown-field.json'), '{ "arrivals": { "rate": 5 } }');
    writeFileSync(join(folder, 'malformed.json'), '{ "name": ');
    writeFileSync(join(folder, 'twice.json'), '{ "pods": { "workers": 1, "workers": 2 } }');
    writeFileSync(join(folder, 'utf16.json'), '\uFEFF{}', 'utf16le');
    mailsim('workload', '--rate', '2', '--measure', '1s', '--warmup', '1s', '--out', 'short.ndjson');
    writeFileSync(
      join(folder, 'cut.ndjson'),
      readFileSync(join(folder, 'short.ndjson'), 'utf8').split('\n').slice(0, 4).join('\n').slice(0, -5),
    );
  });

  test.each(cases)('%s', (_, args, faults) => {
    const { status, stderr, stdout } = mailsim(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    for (const fault of faults) expect(stderr).toContain(fault);
    expect(stderr).toMatch(/^mailsim: \d+ faults? in the input:\n|^error: /);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*(\n[^\p{C}\p{Zl}\p{Zp}]*)*\n$/u); // nothing that a terminal obeys
  });
});

describe('normal life', () => {
  test.each([
    ['sweep', '--rates', '100,200', '--replications', '2000'],
    ['run', '--measure', '1000h', '--warmup', '0s'],
  ])('Ctrl-C ends a %s with what is there so far', async (...args) => {
    const terminal = spawnInTerminal(process.execPath, [main, ...args], { cols: 120, rows: 40 });
    await terminal.until(/left/); // under way
    terminal.write(CTRL_C);
    expect(await terminal.exit).toBe(130);
    expect(terminal.output()).toContain('Stopped before');
  });

  test('CSV has a mark if it was stopped before its end', async () => {
    const sweep = ['sweep', '--rates', '100,200', '--replications', '2000', '--format', 'csv', '--out', join(folder, 'stopped.csv')];
    const terminal = spawnInTerminal(process.execPath, [main, ...sweep], { cols: 120, rows: 40 });
    await terminal.until(/[1-9]\d+ of [\d,]+ runs/);
    terminal.write(CTRL_C);
    expect(await terminal.exit).toBe(130);
    const [heads, ...lines] = readFileSync(join(folder, 'stopped.csv'), 'utf8').trimEnd().split('\n');
    expect(heads).toMatch(/,precise,complete$/);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/,false,false$/);
  });

  test('a reader that has seen enough is no error', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `set -o pipefail; '${process.execPath}' '${main}' workload --measure 60s | head -1`],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('a full disk loses nothing: the result goes to stdout', () => {
    const { status, stdout, stderr } = mailsim('run', '--measure', '1s', '--format', 'json', '--trace', '/dev/full');
    expect(status).toBe(1);
    expect(stderr).toContain('/dev/full');
    expect(JSON.parse(stdout).points).toHaveLength(1);
  });

  test('--help has examples, --version the version', () => {
    expect(mailsim('sweep', '--help').stdout).toContain('Examples:');
    expect(mailsim('--version').stdout).toBe(`${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
  });
});
