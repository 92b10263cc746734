import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadScenario } from '../../fixtures/scenario.ts';
import { readPlan } from './plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'mailsim-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the rate of a plan counts what the measurement interval has: its end, and its beginning only if it is the beginning of the run', () => {
  const file = join(folder, 'plan.ndjson');
  writeFileSync(file, [0, 0, 500, 1000, 1500].map((atMs) => `${JSON.stringify({ atMs, kind: 'status', asksFor: null })}\n`).join(''));
  const { rateIn } = readPlan(loadScenario(), file);
  expect(rateIn(0, 1000)).toBe(4);
  expect(rateIn(500, 1000)).toBe(2);
});
