import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Trouble } from '../../sim/metrics/troubles.ts';
import { readOptions } from '../commands/options.ts';
import { beginApp } from '../shell/app-state.ts';
import { drawApp } from '../shell/draw-app.ts';
import { plainText } from '../terminal/canvas.ts';
import { textWidth } from '../terminal/text.ts';
import { begunInside, choose, inOutage, PAUSE, play, seek } from './inside.test.data.ts';
import { STRIKES } from './inside-faults.ts';
import { logOf } from './inside-log.ts';
import { topText } from './inside-series.ts';
import { type InsideEvent, type InsideState, reduceInside } from './inside-state.ts';

const app = beginApp('0.1.0', readOptions({}), {});
const screen = (inside: InsideState, width: number, height: number) =>
  drawApp({ ...app, stack: ['sweep', 'inside'], inside }, width, height).map(plainText);
const text = (state: InsideState, width: number, height: number) => screen(state, width, height).join('\n');
const strike = (strike: 'outage' | 'slow' | 'throttle' | 'stall' | 'crash'): InsideEvent => ({ kind: 'strike', strike });

const SIZES = [
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

const outage = inOutage();
const stepped = play(outage)({ kind: 'step' }, { kind: 'step' });
const crashed = play(begunInside())(PAUSE, seek(20_000), choose(8), strike('crash'), strike('stall'), seek(600));

describe('golden frames, looked at one by one', () => {
  test.each([
    ['inside', outage, 60, 16],
    ['inside', outage, 80, 24],
    ['inside', outage, 120, 40],
    ['inside', outage, 200, 60],
    ['inside-begun', begunInside(), 80, 24],
    ['inside-step', stepped, 80, 24],
    ['inside-step', stepped, 120, 40],
    ['inside-crash', crashed, 120, 40],
    ['inside-wrapped', inOutage(['pods.workers=120', 'pods.count=3']), 80, 24],
    ['inside-blended', inOutage(['pods.workers=400', 'pods.count=8']), 80, 24],
    ['inside-many-pods', play(inOutage(['pods.workers=10', 'pods.count=100']))(choose(40)), 80, 24],
  ])('%s', async (name, state, width, height) => {
    await expect(`${text(state, width, height)}\n`).toMatchFileSnapshot(`golden/${name}-${width}x${height}.txt`);
  });
});

describe('whatever comes', () => {
  const scenarios = fc.record({
    'pods.count': fc.constantFrom(1, 2, 5, 17, 120),
    'pods.workers': fc.constantFrom(1, 3, 50, 130, 2_000),
    'pods.queueCapacity': fc.constantFrom(0, 5),
    'smtp.timeoutMs': fc.constantFrom(200, 30_000),
    'database.connections': fc.constantFrom(2, 100),
    'run.measureMs': fc.constantFrom(500, 120_000),
  });
  const event: fc.Arbitrary<InsideEvent> = fc.oneof(
    fc.record({ kind: fc.constant('tick' as const), elapsedMs: fc.nat(300) }),
    fc.record({ kind: fc.constant('seek' as const), byMs: fc.integer({ min: -900, max: 900 }) }),
    fc.record({ kind: fc.constantFrom('speed' as const, 'choose' as const), by: fc.integer({ min: -9, max: 9 }) }),
    fc.record({ kind: fc.constant('strike' as const), strike: fc.constantFrom(...STRIKES) }),
    fc.record({ kind: fc.constantFrom('play', 'step', 'rewind', 'undo', 'redo', 'nextGroup') }),
  );
  const state = fc
    .tuple(scenarios, fc.integer({ min: 1, max: 3_000 }), fc.array(event, { maxLength: 12 }), fc.array(event, { maxLength: 3 }))
    .map(([set, rate, events, pending]) => {
      const settings = Object.entries(set).map(([path, value]) => `${path}=${value}`);
      return pending.reduce(reduceInside, play(begunInside(settings, rate))(...events));
    });

  test('the screen has as many lines as asked for, each exactly as wide', () => {
    fc.assert(
      fc.property(state, fc.integer({ min: 1, max: 240 }), fc.integer({ min: 1, max: 80 }), (state, width, height) => {
        const lines = screen(state, width, height);
        expect(lines).toHaveLength(height);
        for (const line of lines) expect(textWidth(line)).toBe(width);
      }),
      { numRuns: 100 },
    );
  });
});

test.each([
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 60],
])('at %i×%i the instant, the pods, the sentence and the keys are there, and no word is cut short', (width, height) => {
  const frame = text(outage, width, height);
  expect(frame).toMatch(/paused {2}1× +t 61\.400 s/);
  for (let pod = 1; pod <= 5; pod++) expect(frame).toContain(` pod ${pod}`);
  expect(frame).toMatch(/SMTP yahoo(?: \(outage\))? limits: \d+ of \d+ busy workers wait for it/);
  expect(frame).toContain('o outage  s slow  t throttle  d stall');
  expect(frame).toMatch(/\? help {2}q quit $/);
  expect(frame).not.toMatch(/[…�]/);
});

test('a run again that takes a while says how far it is', () => {
  const again = reduceInside(outage, { kind: 'rewind' });
  expect(screen(again, 80, 24)[0]).toContain('t 61.400 s');
  const onTheWay = reduceInside(again, { kind: 'progress', wish: again.wish.id, reachedMs: 12_340 });
  expect(screen(onTheWay, 80, 24)[0]).toMatch(/ again: 12 of 61 s +$/);
});

test('what cannot be done says why', () => {
  const twice = play(outage)(strike('outage'));
  expect(text(twice, 120, 40)).toContain('yahoo: outage until 90.600 s: one at a time');
  expect(text(twice, 60, 16)).toContain('yahoo: outage until 90.600 s: one at a time');
  expect(text(reduceInside(outage, strike('crash')), 60, 16)).toContain('Pods crash: choose one with Tab');
});

test('the log tells the faults, what came of them, and what is still to come', () => {
  const log = logOf(crashed).map(({ atMs, words }) => `${atMs} ${words[0]}`);
  expect(log).toContain('20000 ▼ pod 3: crashed, 10 s');
  expect(log).toContain('20000 pod 3: first one aborted');
  expect(log.slice(-2)).toEqual(['25000 ▲ database: goes on', '30000 ▲ pod 3: up again']);
  const after = play(crashed)(seek(12_000));
  expect(logOf(after).map(({ words }) => words[0])).toContainEqual(expect.stringMatching(/^pod 3: \d+ aborted at once, none since$/));
});

test('every line of the log has a wording for the 28 columns that 80×24 has for it', () => {
  const kinds = ['full', 'queued', 'rejected', 'aborted', 'refused', 'unserved', 'loop', 'connections', 'statementFailed'] as const;
  const troubles = [
    ...kinds.map((kind) => ({ kind, subject: 4 })),
    ...(['timedOut', 'negativeReply'] as const).map((kind) => ({ kind, subject: 3 })), // corporate, the longest name
  ].flatMap((trouble): Trouble[] => [
    { ...trouble, atMs: 1, ended: null },
    { ...trouble, atMs: 99_000, ended: { times: 1_234, fromMs: 1, toMs: 97_000 } },
  ]);
  const log = logOf({ ...crashed, shown: { ...crashed.shown!, troubles } });
  expect(log.length).toBeGreaterThan(troubles.length);
  expect(log.map(({ words }) => words.at(-1)!).filter((words) => words.length > 28)).toEqual([]);
});

test('what is planned can be told from what has happened without colours, also where there is room for its words alone', () => {
  expect(text(outage, 80, 24)).toContain('△ yahoo: up again');
  expect(text(crashed, 120, 40)).toContain('▼ pod 3: crashed');
});

test('what limits is told where no pod is full as well', () => {
  const down = play(begunInside())(PAUSE, seek(2_000), choose(5), strike('outage'), seek(2_000));
  expect(text(down, 80, 24)).toContain('The database limits: it is down, and what needs it fails.');
  const few = play(begunInside(['pods.workers=2000', 'database.connectionsPerPod=4', 'pods.eventLoop=null']))(PAUSE, seek(3_000));
  expect(text(few, 80, 24)).toMatch(/Connections limit: [\d,]+ of [\d,]+ busy workers wait for a connection/);
  const slow = ['request', 'body', 'insertReply', 'ehloReply', 'smtpReply', 'updateReply', 'query', 'selectReply'].map(
    (callback) => `pods.eventLoop.callbacks.${callback}={"kind":"constant","valueMs":1}`,
  );
  const loops = play(begunInside(['pods.workers=2000', ...slow]))(PAUSE, seek(3_000));
  expect(text(loops, 80, 24)).toMatch(/The event loop of pod \d limits: (9\d|100)% busy; [\d,]+ of 10,000 workers are busy\./);
});

test.each<[string, number, RegExp]>([
  [
    'outage',
    0,
    /A fault is under way \(all ISPs: outage\): \d+ of \d+ busy workers wait for what it strikes; \d+ of 250 workers are busy\./,
  ],
  ['throttle', 2, /A fault is under way \(yahoo: 50% answered 421\): \d+ of \d+ busy workers? waits? for what it strikes; \d+ of 250/],
  ['stall', 5, /A fault is under way \(database: stalled\): \d+ of \d+ busy workers? waits? for what it strikes; \d+ of 250/],
])('where a fault does not fill a pod, what is under way is said, and what waits for it: %s', (what, target, sentence) => {
  const low = play(begunInside([], 10))(PAUSE, seek(20_000), choose(target), strike(what as 'outage'), seek(2_000));
  expect(text(low, 120, 40)).toMatch(sentence);
  expect(text(low, 60, 16)).toMatch(/A fault is under way \((all ISPs|yahoo|database|db)/);
  expect(text(low, 80, 24)).toMatch(/A fault is under way \((all ISPs|yahoo|database)/);
  expect(text(play(low)(seek(120_000)), 80, 24)).not.toContain('under way');
});

test('in an outage of all ISPs it is not one of them that limits', () => {
  const high = play(begunInside())(PAUSE, seek(20_000), strike('outage'), seek(2_000));
  expect(text(high, 120, 40)).toMatch(/SMTP to all ISPs \(outage\) limits: 250 of 250 busy workers wait for it, 5 of 5 pods are full\./);
  expect(text(high, 200, 60)).toContain('SMTP to all ISPs (outage) limits');
  expect(text(high, 60, 16)).toContain('SMTP to all ISPs limits');
});

describe('of thirty ISPs with the longest names', () => {
  const names = Array.from({ length: 30 }, (_, i) => `isp${i}-${'x'.repeat(50)}-${String(i).padStart(2, '0')}`);
  const latencyMs = { kind: 'constant', valueMs: 200 };
  const isps = JSON.stringify(names.map((name) => ({ name, share: 1 / 30, latencyMs })));
  const thirty = play(begunInside([`smtp.isps=${isps}`], 1_600))(PAUSE, seek(5_000));

  test('none limits alone, and no statement more than all of them', () => {
    expect(text(thirty, 120, 40)).toMatch(/ SMTP limits: [12]\d\d of 2\d\d busy workers wait for an ISP, \d of 5 pods (is|are) full/);
    expect(text(thirty, 60, 16)).toMatch(/SMTP limits: [12]\d\d of 2\d\d busy workers wait for an ISP/);
  });

  test('one that is struck is named by the ends of its name, at every size', () => {
    const struck = play(thirty)(choose(3), strike('outage'), seek(4_000));
    for (const [width, height] of SIZES) expect(text(struck, width, height)).toMatch(/SMTP isp2-x+…x*-02 (\(outage\) )?limits/);
    expect(screen(struck, 80, 24)[0]).toMatch(/^ inside +naive 5×50/);
    const calm = play(begunInside([`smtp.isps=${isps}`], 100))(PAUSE, seek(5_000), choose(3), strike('outage'), seek(4_000));
    expect(text(calm, 80, 24)).toMatch(/A fault is under way \(isp2-x+…x*-02: outage\): \d+ workers wait there\./);
  });
});

test('a scenario with a name that is long is named by its ends', () => {
  const long = { ...outage, scenario: { ...outage.scenario, name: 'n'.repeat(50) } };
  expect(screen(long, 80, 24)[0]).toMatch(/^ inside n+…n+ 5×50 {2}900\/s {2}seed 42 /);
  expect(screen(long, 60, 16)[0]).toMatch(/^ inside n+…n+ /);
});

test('long names get shorter, figures and troubles do not', () => {
  const name = 'corporate-exchange-servers';
  const at = play(begunInside([`smtp.isps.3.name=${name}`]))(
    PAUSE,
    seek(5_000),
    choose(4),
    strike('slow'),
    strike('throttle'),
    strike('outage'),
    seek(600),
  );
  const row = screen(at, 80, 24).find((line) => line.includes('▸C corp'))!;
  expect(row).toMatch(/▸C corpo\S*…\S*rs +\d+ +\d+ +[\d,]+ +[\d,]+ OUTAGE \+2 /);
  expect(screen(at, 80, 24).join('\n')).toMatch(/corporate\S*…\S*rs/);
});

test('figures of pods never touch their cells, and the pods that are in sight are told', () => {
  const many = play(begunInside(['pods.workers=1000', 'pods.eventLoop=null']))(PAUSE, seek(2_000));
  expect(screen(many, 80, 24)[3]).toMatch(/[^ \d] +\d+\/1,000 +\d+$/);
  const narrow = play(begunInside(['pods.count=40', 'pods.workers=3', 'pods.eventLoop=null']))(PAUSE, seek(2_000));
  expect(screen(narrow, 80, 24)[2]).toMatch(/^ 1-\d+ ↑↓ +busy {2}503\/s/);
});

test('the end of an axis is told whole', () => {
  expect([0.025, 0.1, 0.25, 1, 2.5, 200, 1_000].map(topText)).toEqual(['0.025', '0.1', '0.25', '1', '2.5', '200', '1,000']);
});

test('a spike of the arrival rate is in the log', () => {
  const spike = play(begunInside(['arrivals.rateSteps=[{"atMs":1000,"factor":2.5}]']))(PAUSE, seek(2_000));
  expect(logOf(spike)[0]).toMatchObject({ atMs: 1_000, words: ['2250 requests/s'] });
});
