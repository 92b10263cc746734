import { describe, expect, test } from 'vitest';
import type { Point } from '../../sim/experiments/point.ts';
import { readOptions } from '../commands/options.ts';
import { begunInside, choose, inOutage, PAUSE, play, seek } from '../screens/inside.test.data.ts';
import type { Strike } from '../screens/inside-faults.ts';
import type { InsideEvent, InsideState } from '../screens/inside-state.ts';
import { after, appOn, finished, ghost, KNEE, measured, pressing, underWay } from '../screens/made-up.test.data.ts';
import { plainText } from '../terminal/canvas.ts';
import { textWidth } from '../terminal/text.ts';
import { type AppState, beginApp } from './app-state.ts';
import { drawApp } from './draw-app.ts';

/** What holds of every frame, whatever the size of the window. */

const inside = (state: InsideState): AppState => ({ ...beginApp('0.1.0', readOptions({}), {}), stack: ['sweep', 'inside'], inside: state });
const strike = (strike: Strike): InsideEvent => ({ kind: 'strike', strike });
const frameOf = (state: AppState, width: number, height: number) => drawApp(state, width, height).map(plainText);
const WORD = 'There is something that has to be told in so many words that a row of 200 columns has no room for them, ';

const outage = inOutage();
const brokenAll = play(outage)(
  ...[choose(1), strike('throttle'), choose(-2), strike('slow'), choose(1), strike('slow'), choose(4), strike('stall'), seek(100)],
);
const crashed = play(begunInside())(PAUSE, seek(20_000), choose(8), strike('crash'), seek(600));
const longNames = Array.from({ length: 30 }, (_, i) => ({
  name: `a-very-long-name-of-an-isp-number-${i}`,
  share: i === 0 ? 1 - 29 / 30 : 1 / 30,
  latencyMs: { kind: 'constant', valueMs: 200 },
}));
const manyIsps = inOutage([`smtp.isps=${JSON.stringify(longNames)}`]);
const named = (name: string) => ({ ...finished(), scenario: { ...finished().scenario, name } });

const SWEEPS: Readonly<Record<string, AppState>> = {
  finished: appOn(finished()),
  'under way': appOn(underWay()),
  paused: pressing(appOn(underWay()), ' '),
  'with the curve before': appOn(ghost()),
  'with what was measured': appOn(measured()),
  'on a linear axis': appOn(after(finished(), { kind: 'axis' })),
  'of a long name': appOn(named('a scenario that somebody has described in its name instead of its description')),
  'of a name in other letters': appOn(named('日本語のサーバー 📧 e\u0301 👩‍👩‍👧‍👦 नमस्ते')),
  'with a notice': { ...appOn(finished()), message: WORD.repeat(3) },
};
const RUNS: Readonly<Record<string, AppState>> = {
  begun: inside(begunInside()),
  'in an outage': inside(outage),
  'that plays': inside({ ...outage, playing: true }),
  'that goes there again': inside({ ...outage, reachedMs: 12_340 }),
  'with all faults': inside(brokenAll),
  'with a pod down': inside(crashed),
  'with a notice': inside({ ...outage, message: WORD }),
  'of 100 pods': inside(play(inOutage(['pods.workers=10', 'pods.count=100']))(choose(40))),
  'of one pod with 500 workers': inside(inOutage(['pods.workers=500', 'pods.count=1'])),
  'of 30 ISPs with long names': inside(manyIsps),
};

/** Every width from 60 to 200, every height from 16 to 60. */
const SIZES = Array.from({ length: 141 }, (_, i) => [60 + i, 16 + ((i * 7) % 45)] as const);
/** Names that are cut are cut with a mark; sentences never are. */
const CUT = /…/;

describe.each(Object.entries({ ...SWEEPS, ...RUNS }))('a screen %s', (name, state) => {
  test('has lines of the width of the window, and keys in the last one', () => {
    for (const [width, height] of SIZES) {
      const lines = frameOf(state, width, height);
      expect(lines).toHaveLength(height);
      for (const line of lines) expect(textWidth(line)).toBe(width);
      expect(lines.at(-1)).toMatch(/^ \S.*\S {2,}\? help {2}q quit $/);
      if (!name.includes('name')) expect(lines.filter((line) => CUT.test(line))).toEqual([]);
    }
  });
});

test.each(Object.entries(SWEEPS))('in a sweep %s the headings of the charts stand apart', (_, state) => {
  for (const [width, height] of SIZES.filter(([width, height]) => width < 160 || height < 50))
    expect(frameOf(state, width, height)[1]).toMatch(/^1 \S.* {2}2 \S.* {2}3 \S/);
});

test('the columns of the table and the titles of the charts stand in the same places, whatever has come', () => {
  const states = ['finished', 'under way', 'paused'].map((name) => SWEEPS[name]!);
  for (const [width, height] of SIZES) {
    const frames = states.map((state) => frameOf(state, width, height));
    expect(
      new Set(frames.map((lines) => /req\/s +(done|503).*/.exec(lines.find((line) => /req\/s +(done|503)/.test(line)) ?? '')?.[0])).size,
    ).toBe(1);
    for (const title of [/^1 (pool.*?) {2,}/, / {2}2 (\S.*?) {2,}/])
      if (width < 160 || height < 50) expect(new Set(frames.map((lines) => title.exec(lines[1]!)![1])).size).toBe(1);
  }
});

test('the closer look has whole words, and names give way to figures', () => {
  const sweep = finished();
  const isps = (point: Point): Point => ({
    ...point,
    isps: Array.from({ length: 4 }, (_, i) => ({ ...point.isps[i]!, name: `a-very-long-name-of-an-isp-number-${i}` })),
  });
  const state = appOn({ ...sweep, points: sweep.points.map((point) => point && isps(point)), fitting: measured().fitting });
  for (let width = 160; width <= 200; width++) {
    const frame = frameOf(state, width, 50 + (width % 11)).join('\n');
    expect(frame).toMatch(/a pod full % +0\.0444 +±0\.00015\s/);
    expect(frame).toMatch(/busy % at 1,316\/s\s/);
    expect(frame).toMatch(/to a-\S*…\S*-0 +104 +232 +371\s/);
    if (frame.includes('the model beside')) expect(frame).toMatch(/model +95% interval +theory +service\s/);
  }
});

test('the legend has whole words', () => {
  const all = appOn({ ...after(ghost(), { kind: 'ended', knee: KNEE, complete: true, elapsedMs: 1000 }), fitting: measured().fitting });
  for (const [width, height] of SIZES) {
    const legend = frameOf(all, width, height)
      .find((line) => line.includes('⠒⠒⠒ model'))!
      .replace(/[─┤│].*/, '');
    for (const word of legend.split(' ').filter((word) => /^[a-z]+$/.test(word)))
      expect([
        'model',
        'interval',
        'below',
        'that',
        'theory',
        'near',
        'service',
        'stretched',
        'before',
        'workers',
        'knee',
        'cursor',
      ]).toContain(word);
  }
});

test('what a sweep is and how far it is stand in the same places, whatever it does', () => {
  for (const [width, height] of SIZES) {
    const [first, ...others] = [SWEEPS['finished']!, SWEEPS['under way']!, SWEEPS['paused']!].map(
      (state) => frameOf(state, width, height)[0]!,
    );
    const what = /^.*?seed 42/.exec(first!)![0];
    for (const other of others) {
      expect(other.slice(0, what.length)).toBe(what);
      expect(other.indexOf(' runs')).toBe(first!.indexOf(' runs'));
      expect(other.indexOf('events/s')).toBe(first!.indexOf('events/s'));
    }
  }
});

test('what a run is, and the columns of its ISPs, stand in the same places, whatever happens in it', () => {
  const states = ['in an outage', 'that plays', 'with all faults', 'with a pod down'].map((name) => RUNS[name]!);
  for (const [width, height] of SIZES) {
    const frames = states.map((state) => frameOf(state, width, height));
    expect(new Set(frames.map(([head]) => head!.indexOf('  t '))).size).toBe(1);
    expect(new Set(frames.map(([head]) => /^.*900[^\s]*/.exec(head!)![0])).size).toBe(1);
    const heads = frames.map((lines) => /(share +)?busy.* p99 ms state/.exec(lines.find((line) => line.includes('p99 ms')) ?? '')?.[0]);
    expect(new Set(heads).size).toBe(1);
  }
});

test('of 30 ISPs with long names the counts can be read', () => {
  for (const [width, height] of SIZES.filter(([, height]) => height >= 23)) {
    const rows = frameOf(RUNS['of 30 ISPs with long names']!, width, height).filter((line) => /[ ▸][A-Z&] a-\S+ /.test(line));
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(row).toMatch(/[A-Z&] a-\S+ +(\d+% +)?\d+ .*[\d,]+ (up|OUTAGE)/);
  }
});
