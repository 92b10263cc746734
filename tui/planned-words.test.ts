import { expect, test } from 'vitest';
import { loadScenario } from '../fixtures/scenario.ts';
import { plannedBriefly, plannedWords } from './planned-words.ts';

const NAME = `a${'b'.repeat(60)}-c`;
const scenarioOf = (set: Readonly<Record<string, unknown>>, scenario = 'naive') =>
  loadScenario({ scenario, set: Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`) });

test.each<[string, ReturnType<typeof scenarioOf>, string | null, string | null]>([
  ['nothing', scenarioOf({}), null, null],
  ['a fault', scenarioOf({}, 'smtp-outage'), 'all ISPs: outage from 1 min to 2 min', 'all ISPs: outage'],
  [
    'a fault that a run does not see the end of',
    scenarioOf({ 'run.measureMs': 70_000 }, 'smtp-outage'),
    'all ISPs: outage from 1 min on',
    'all ISPs: outage',
  ],
  [
    'one of an ISP with a long name',
    scenarioOf({ 'smtp.isps.0.name': NAME, faults: [{ kind: 'ispThrottle', isp: NAME, atMs: 0, forMs: 1000, share: 0.5 }] }),
    `${NAME}: 50% answered 421 from 0 ms to 1 s`,
    'abbbbbbbbbbbb…bbbb-c: 421',
  ],
  ['a spike', scenarioOf({}, 'spike'), '5 times the rate from 1 min to 90 s', '1 to 5 times the rate'],
  ['a ramp', scenarioOf({}, 'ramp'), '1 to 5 times the rate in 8 steps from 30 s to 4 min', '1 to 5 times the rate'],
  ['one step', scenarioOf({ 'arrivals.rateSteps': [{ atMs: 1000, factor: 2 }] }), '2 times the rate from 1 s', '1 to 2 times the rate'],
  ['a step at the start', scenarioOf({ 'arrivals.rateSteps': [{ atMs: 0, factor: 2 }] }), '2 times the rate from 0 ms', '2 times the rate'],
])('what is planned is said as it happens: %s', (_, scenario, words, briefly) => {
  expect(plannedWords(scenario)).toBe(words);
  expect(plannedBriefly(scenario)).toBe(briefly);
});
