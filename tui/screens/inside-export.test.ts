import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readOptions } from '../commands/options.ts';
import { type AppState, beginApp, press } from '../shell/app-state.ts';
import { drawApp } from '../shell/draw-app.ts';
import { commandOf, exportOf } from '../shell/exports.ts';
import { plainText } from '../terminal/canvas.ts';
import { choose, PAUSE, play, seek } from './inside.test.data.ts';
import type { InsideEvent, InsideState } from './inside-state.ts';

/** The app, looking into the run at 900 requests/s; some events of it have happened. */
function opened(raw: object, ...events: readonly InsideEvent[]): AppState & { readonly inside: InsideState } {
  const { state } = press(beginApp('0.1.0', readOptions({ rates: '900', ...raw }), {}), 'return');
  return { ...state, inside: play(state.inside!)(PAUSE, ...events) };
}

const strike = (strike: 'outage' | 'crash'): InsideEvent => ({ kind: 'strike', strike });
const broken = opened({}, seek(3_000), choose(2), strike('outage'), choose(5), strike('crash'), seek(1_000));

/** A command line as a shell takes it apart. */
function wordsOf(command: string): string[] {
  return execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

test('the command line runs the scenario with the faults that were injected', () => {
  const words = wordsOf(commandOf(broken));
  expect(words.slice(0, 3)).toEqual(['mailsim', 'run', '--set']);
  expect(words.slice(-2)).toEqual(['--rate', '900']);
  expect(readOptions({ set: [words[3]!] }).scenario.faults).toEqual(broken.inside.wish.faults);
  expect(broken.inside.wish.faults.map(({ kind }) => kind)).toEqual(['smtpOutage', 'podCrash']);
});

test('where nothing was injected it is the command line as it was', () => {
  const state = opened({ scenario: 'smtp-outage', seed: '7', set: ['pods.workers=60'] });
  expect(commandOf(state)).toBe('mailsim run --scenario smtp-outage --set pods.workers=60 --seed 7 --rate 900');
});

test('the run of the command line is long enough for what was seen', () => {
  const begun = opened({ measure: '10s' });
  const inside = play(begun.inside!)(PAUSE, seek(12_000), { kind: 'strike', strike: 'outage' }, seek(500));
  expect(commandOf({ ...begun, inside })).toContain(' --set run.measureMs=13000 ');
  expect(commandOf({ ...begun, inside: play(begun.inside!)(PAUSE, seek(9_000)) })).not.toContain('13000');
});

test('a warm-up that was asked for is left out with faults, which have none; what is exported can be run', () => {
  const begun = opened({ warmup: '5s', measure: '10s' });
  const inside = play(begun.inside!)(PAUSE, seek(12_000), { kind: 'strike', strike: 'outage' }, seek(500));
  const words = wordsOf(commandOf({ ...begun, inside })).slice(2);
  const { scenario } = readOptions({ set: words.filter((_, i) => words[i - 1] === '--set') });
  expect(scenario.run).toMatchObject({ warmup: 'auto', measureMs: 13_000 });
  expect(JSON.parse(exportOf({ ...begun, inside }, 'json').text).scenario).toEqual(scenario);
  expect(commandOf(begun)).toContain(' --set run.warmup=5000 ');
});

test('an ISP may have the name of another place', () => {
  const begun = opened({ set: ['smtp.isps.0.name=free'] });
  const document = JSON.parse(exportOf({ ...begun, inside: play(begun.inside!)(PAUSE, seek(2_000)) }, 'json').text);
  expect(document.waitingFor['smtp free']).toBeGreaterThan(0);
  const counts: number[] = Object.values(document.waitingFor);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(250);
});

test('JSON tells what is seen: the instant, what each worker waits for, the figures in time, the events', () => {
  const { name, text } = exportOf(broken, 'json');
  expect(name).toBe('mailsim-naive-42-inside-900');
  const document = JSON.parse(text);
  expect(document).toMatchObject({ mailsim: '0.1.0', seed: 42, ratePerSecond: 900, atMs: 4_000 });
  expect(document.scenario.faults).toEqual(broken.inside.wish.faults);
  const waiting = document.pods.flatMap(({ workers }: { workers: string[] }) => workers);
  expect(waiting).toHaveLength(250);
  for (const [place, workers] of Object.entries(document.waitingFor)) {
    expect(waiting.filter((each: string) => each === place)).toHaveLength(workers as number);
  }
  expect(document.pods.map(({ busy }: { busy: number }) => busy)).toEqual([...broken.inside.shown!.busy]);
  expect(document.log).toContainEqual({ atMs: 3_000, words: '▼ yahoo: outage, 30 s' });
  expect(document.log.every(({ atMs }: { atMs: number }) => atMs <= 4_000)).toBe(true);
});

test('CSV has a line a dot, the last one of the instant', () => {
  const lines = exportOf(broken, 'csv').text.trimEnd().split('\n');
  expect(lines[0]).toBe('untilMs,arrivalsPerSecond,rejectedPerSecond,busyConnections,inFlight,loopWaitMs');
  expect(lines).toHaveLength(41);
  const last = lines.at(-1)!.split(',').map(Number);
  const { dots } = broken.inside.shown!;
  expect(last).toEqual([
    4_000,
    dots.arrivalsPerSecond.at(-1),
    dots.rejectedPerSecond.at(-1),
    dots.busyConnections.at(-1),
    dots.inFlight.at(-1),
    dots.loopWaitMs?.at(-1),
  ]);
});

test('SVG shows a letter for each worker and a line for each figure, and escapes what it quotes', () => {
  const { text } = exportOf(broken, 'svg');
  expect(text.match(/font-size="16" fill="#/g)).toHaveLength(250);
  expect(text.match(/<polyline /g)).toHaveLength(4);
  expect(text).toContain('seed 42, at 4.000 s');
  for (const said of ['Gmail', 'beyond its p99', '>0.4 s<', '>4 s<']) expect(text).toContain(said); // letters and instants
  expect(text.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
});

test('the command line has the whole rate, also where the screen rounds it', () => {
  const { state } = press(beginApp('0.1.0', readOptions({ rates: '101.5625' }), {}), 'return');
  expect(commandOf(state)).toContain('--rate 101.5625');
});

test('what has not begun can be carried away as well', () => {
  const { state } = press(beginApp('0.1.0', readOptions({ rates: '900' }), {}), 'return');
  expect(JSON.parse(exportOf(state, 'json').text)).toMatchObject({ atMs: 0, events: 0, pods: [], series: [] });
  expect(exportOf(state, 'csv').text.trimEnd().split('\n')).toHaveLength(1);
  expect(exportOf(state, 'svg').text).toContain('</svg>');
});

test('Enter opens the run at the rate under the cursor, Escape goes back to the sweep', () => {
  const begun = beginApp('0.1.0', readOptions({ rates: '300,600,900' }), {});
  const at = press(press(begun, 'right').state, 'return').state;
  expect(at.inside?.ratePerSecond).toBe(600);
  expect(at.stack).toEqual(['sweep', 'inside']);
  const back = press(at, 'escape').state;
  expect([back.inside, back.stack]).toEqual([null, ['sweep']]);
  expect(back.sweep).toBe(at.sweep);
});

test('u takes out the fault that was injected last, and where there is none undoes a parameter', () => {
  const begun = press(beginApp('0.1.0', readOptions({ rates: '900', measure: '20s' }), {}), 'return').state;
  const changed = [...'/pods.workers=60', 'return'].reduce((state, key) => press(state, key).state, begun);
  const struck = { ...changed, inside: play(changed.inside!)(PAUSE, seek(1_000), { kind: 'strike', strike: 'outage' }) };
  const once = press(struck, 'u').state;
  expect([once.inside!.wish.faults, once.inside!.scenario.pods.workers]).toEqual([[], 60]);
  const twice = press(once, 'u').state;
  expect(twice.inside!.scenario.pods.workers).toBe(50);
  expect(twice.parameters.present.scenario.pods.workers).toBe(50);
});

test('a dot in which no callback began has no wait: nothing in a file, a gap in the picture and on the screen', () => {
  const quiet = opened({ rates: '3' }, seek(4_000));
  const waits = Array.from(quiet.inside.shown!.dots.loopWaitMs!);
  const stretches = waits.filter((ms, i) => !Number.isNaN(ms) && Number.isNaN(waits[i - 1] ?? Number.NaN)).length;
  expect(stretches).toBeGreaterThan(2);
  const rows = exportOf(quiet, 'csv').text.trim().split('\n').slice(1);
  expect(rows.map((row) => row.split(',').at(-1) === '')).toEqual(waits.map(Number.isNaN));
  const { series } = JSON.parse(exportOf(quiet, 'json').text);
  expect(series.map(({ loopWaitMs }: { loopWaitMs: number | null }) => loopWaitMs === null)).toEqual(waits.map(Number.isNaN));
  const picture = exportOf(quiet, 'svg').text;
  expect(picture.match(/<polyline /g)).toHaveLength(3 + stretches);
  expect(picture).not.toContain('NaN');
  const frame = drawApp(quiet, 80, 24).map(plainText).join('\n');
  expect(frame).not.toContain('NaN');
});
