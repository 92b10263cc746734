import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scenarioOf } from '../../sim/testing.ts';
import type { Line } from '../../sim/workload/ndjson.ts';
import { writePlan } from '../../sim/workload/plan.ts';
import { drawWorkload } from '../../sim/workload/workload.ts';
import { planRequests } from './plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'mailsim-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scenario = scenarioOf({ 'arrivals.mix': { send: 0.6, status: 0.4 } });

/** The lines of a plan, its head first. */
function written(measureMs: number): string[] {
  const workload = drawWorkload(scenario);
  workload.restart('42/0', 500);
  const head = { seed: 42, ratePerSecond: 500, warmup: { ms: 0, rule: 'given' } as const };
  return [...writePlan({ ...head, scenario: { ...scenario, run: { ...scenario.run, measureMs } } }, workload)];
}

test('the plan is the workload, its status queries told the number of the send', () => {
  const plan = planRequests({ scenario, seed: '42/0', ratePerSecond: 500, file: null }, 2000);
  const lines = written(2000)
    .slice(1, -1)
    .map((line) => JSON.parse(line) as Line);
  expect(plan.length).toBe(lines.length);
  const sends = plan.filter(({ kind }) => kind === 'send').map(({ number }) => number);
  for (const [number, line] of lines.entries())
    expect(plan[number]).toEqual({
      number,
      ...line,
      ...(line.kind === 'status' && { asksFor: line.asksFor === null ? null : sends[line.asksFor] }),
    });
});

test('the same plan from a file', () => {
  const file = join(folder, 'workload.ndjson');
  writeFileSync(file, `${written(2000).join('\n')}\n`);
  const drawn = planRequests({ scenario, seed: '42/0', ratePerSecond: 500, file: null }, 1500);
  expect(planRequests({ scenario, seed: '', ratePerSecond: 1, file }, 1500)).toEqual(drawn);
});

test('a file that holds something else: an error that names the lines', () => {
  const file = join(folder, 'bad.ndjson');
  writeFileSync(file, [...written(1).slice(0, 1), 'nonsense', '{"requests":1}'].join('\r\n'));
  expect(() => planRequests({ scenario, seed: '', ratePerSecond: 1, file }, 10)).toThrow(/bad\.ndjson, line 2: found nonsense/);
});
