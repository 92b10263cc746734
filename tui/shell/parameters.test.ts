import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type RawOptions, readOptions } from '../commands/options.ts';
import { commandLine, faultWords, isFaulty, quoted, tryOptions, withSetting } from './parameters.ts';

const DEFAULTS: RawOptions = { scenario: 'naive', rates: '100..1400:100' };
const settings = (...all: readonly string[]) =>
  all.reduce((options, setting) => {
    const next = withSetting(options, setting);
    if (isFaulty(next)) throw new Error(JSON.stringify(next));
    return next;
  }, readOptions(DEFAULTS));

test('the command line leaves out what is the default, and says the rest', () => {
  expect(commandLine(readOptions(DEFAULTS).raw, DEFAULTS)).toBe('mailsim sweep');
  const raw = {
    scenario: 'naive-hangs',
    seed: '7',
    rates: '100,200',
    precision: '0.5',
    limit: 'sojournMs.p99<=1500',
    threads: '2',
    measure: '20s',
  };
  expect(commandLine(readOptions(raw).raw, DEFAULTS)).toBe(
    "mailsim sweep --scenario naive-hangs --set run.measureMs=20000 --seed 7 --rates 100,200 --precision 0.5 --limit 'sojournMs.p99<=1500'",
  );
});

test('--warmup and --measure are settings like others: a later one of the same field wins', () => {
  const options = readOptions({ ...DEFAULTS, measure: '20s' });
  const next = withSetting(options, 'run.measureMs=5000');
  expect(!isFaulty(next) && next.scenario.run.measureMs).toBe(5000);
});

test('a setting takes the place of an earlier one of its path, but only where that makes no difference', () => {
  expect(settings('pods.workers=60', 'pods.count=4', 'pods.workers=70').raw.set).toEqual(['pods.count=4', 'pods.workers=70']);
  const fault = (atMs: number) => JSON.stringify({ kind: 'databaseStall', atMs, forMs: 10 });
  const both = settings(`faults.0=${fault(0)}`, `faults.1=${fault(100)}`, `faults.0=${fault(50)}`);
  expect(both.raw.set).toHaveLength(3); // without the first there is no place for the second
  expect(both.scenario.faults.map(({ atMs }) => atMs)).toEqual([50, 100]);
});

test('all faults come at once', () => {
  const faults = tryOptions({ ...DEFAULTS, seed: 'x', set: ['pods.workers=0', 'nothing.here=1'] });
  expect(isFaulty(faults) && faults.map(({ path }) => path)).toEqual(['--seed', '--set nothing.here=1', 'pods.workers']);
});

test('a fault quotes no more than a row has room for', () => {
  const fault = (found: string) => faultWords({ path: '--rates', found, allowed: 'rates' });
  expect(fault('"x"')).toBe('--rates: found "x", allowed: rates');
  expect(fault(JSON.stringify('1,'.repeat(1000))).length).toBeLessThan(80);
  expect(fault('malformed JSON (Expected double-quoted property name)')).toContain('property name)');
});

test.each(['a', "it's", '$HOME `x` "y"', 'a b', '*', 'smtp.isps=[{"name":"a"}]', ''])('a shell takes %s for one word', (word) => {
  const printed = execFileSync('sh', ['-c', `printf '[%s]' ${quoted(word)}`], { encoding: 'utf8' });
  expect(printed).toBe(`[${word}]`);
});
