import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, appOn, finished, ghost, measured, pressing, underWay } from '../screens/made-up.test.data.ts';
import { plainText } from '../terminal/canvas.ts';
import { encode } from '../terminal/styles.ts';
import { textWidth } from '../terminal/text.ts';
import { type AppState, tell } from './app-state.ts';
import { actionOf } from './bindings.ts';
import { drawApp } from './draw-app.ts';
import { SECTIONS } from './help-state.ts';

const text = (state: AppState, width: number, height: number) => drawApp(state, width, height).map(plainText).join('\n');
const app = () => appOn(finished());
const linear = after(finished(), { kind: 'axis' });
const paused = after(underWay(), { kind: 'pause' });
const typing = (typed: string) => pressing(app(), '/', ...typed);

describe('golden frames, looked at one by one', () => {
  test.each<[string, AppState, number, number]>([
    ['sweep-ghost', appOn(ghost()), 80, 24],
    ['sweep-ghost', appOn(ghost()), 120, 40],
    ['sweep-ghost', appOn(ghost()), 200, 60],
    ['sweep-measured', appOn(measured()), 80, 24],
    ['sweep-measured', appOn(measured()), 120, 40],
    ['sweep-measured', appOn(measured()), 200, 60],
    ['sweep-linear', appOn(linear), 120, 40],
    ['sweep-paused', appOn(paused), 80, 24],
    ['edit', pressing(app(), '/'), 80, 24],
    ['edit', pressing(app(), '/'), 60, 16],
    ['edit-filtered', typing('smtp.isps.g'), 120, 40],
    ['edit-filtered', typing('smtp.isps.g'), 200, 60],
    ['edit-values', typing('balancer.policy='), 80, 24],
    ['edit-options', pressing(typing('--rates 100..500:50 --set pods.workers=100'), ...Array.from({ length: 20 }, () => 'left')), 80, 24],
    ['edit-scenario', pressing(app(), 'S', 'down'), 80, 24],
    ['edit-right', typing('pods.workers=100'), 80, 24],
    ['edit-wrong', typing('smtp.isps=[{"name":"a","share":0.5,"latencyMs":{"kind":"constant","valueMs":-1}}]'), 80, 24],
    ['help', pressing(app(), '?'), 60, 16],
    ['help', pressing(app(), '?'), 80, 24],
    ['help', pressing(app(), '?'), 120, 40],
    ['help', pressing(app(), '?'), 200, 60],
    ['help-filtered', pressing(app(), '?', ...'rate'), 80, 24],
    ['export', pressing(app(), 'e', 'down'), 80, 24],
    ['export', pressing(app(), 'e', 'down'), 60, 16],
    ['message', tell(app(), { to: 'shell', message: 'wrote mailsim-naive-42.json' }), 80, 24],
  ])('%s', async (name, state, width, height) => {
    await expect(`${text(state, width, height)}\n`).toMatchFileSnapshot(`golden/${name}-${width}x${height}.txt`);
  });

  test('ASCII', async () => {
    const ascii = (state: AppState, width: number, height: number) =>
      drawApp(state, width, height)
        .map((line) => encode(line, { depth: 1, theme: 'dark', ascii: true }))
        .join('\n');
    const frame = `${ascii(appOn(ghost()), 80, 24)}\n`;
    expect(frame).toMatch(/^[ -~\n]*$/);
    await expect(frame).toMatchFileSnapshot('golden/ascii-80x24.txt');
  });
});

test('whatever is pressed, the window has as many lines as it has rows, each exactly as wide', () => {
  const key = fc.constantFrom(
    ...[
      '/',
      'e',
      '?',
      'escape',
      'return',
      'tab',
      'up',
      'down',
      'left',
      'right',
      'u',
      'U',
      's',
      'r',
      'b',
      'y',
      '1',
      ' ',
      'ctrl-r',
      'ctrl-d',
    ],
    ...['p', 'o', '=', '9', '字', 'backspace'],
  );
  fc.assert(
    fc.property(
      fc.array(key, { maxLength: 25 }),
      fc.integer({ min: 1, max: 210 }),
      fc.integer({ min: 1, max: 64 }),
      (keys, width, height) => {
        const lines = drawApp(pressing(appOn(measured()), ...keys), width, height);
        expect(lines).toHaveLength(height);
        for (const line of lines) expect(textWidth(plainText(line))).toBe(width);
      },
    ),
    { numRuns: 150 },
  );
});

describe('the export', () => {
  const exporting = (set: string, width: number) => text(pressing(app(), '/', ...set, 'return', 'e'), width, 16);
  const flat = (frame: string) => frame.replaceAll(/\s+/g, '');

  test('shows the whole command over the rows that there are, or says what writes it', () => {
    const source = (length: number) => `smtp.isps.gmail.source=${'x'.repeat(length)}`;
    expect(exporting(source(30), 60)).toMatch(/ The same figures: {2}mailsim sweep --set\n? +\n smtp/);
    expect(flat(exporting(source(60), 60))).toContain(`mailsimsweep--set${source(60)}`);
    expect(exporting(source(200), 60)).toContain('The command is too long for here: 4 writes it.');
    expect(exporting(source(200), 60)).not.toContain('xxx');
  });
});

describe('what the prompt says', () => {
  const saying = (typed: string, width = 80, state = app()) => text(pressing(state, '/', ...typed), width, 24);

  test('counts the fields that differ from those at first, not the changes', () => {
    const note = (state: AppState) =>
      text(pressing(state, '/'), 80, 24)
        .split('\n')
        .find((line) => line.includes('set a parameter'))!;
    expect(note(app())).not.toContain('changed');
    expect(note(pressing(app(), 'r', 's'))).not.toContain('changed');
    const changed = pressing(app(), '/', ...'pods.workers=60', 'return', 'r');
    expect(note(changed)).toContain('1 changed');
    expect(note(pressing(changed, '/', ...'pods.workers=70', 'return'))).toContain('1 changed');
    expect(note(pressing(changed, 'u', 'u'))).not.toContain('changed');
  });

  test('of values is what sets them apart: which is the present one, and what scenarios say of themselves', () => {
    const rows = (frame: string) => frame.split('\n').map((line) => line.trimEnd());
    const policies = rows(saying('balancer.policy='));
    expect(policies).toContain('   value');
    expect(policies).toContain(' ▶ balancer.policy=roundRobin        now');
    expect(policies).toContain('   balancer.policy=random');
    const scenarios = saying('--scenario ', 120);
    expect(scenarios).toMatch(/ value +what it is /);
    expect(scenarios).toMatch(/corporate-heavy +Half of the sends go to slow corporate servers\./);
    expect(scenarios).toMatch(/naive +now +The email service as designed/);
    expect(scenarios).not.toMatch(/(a bundled one[\s\S]*){2}/); // below, of the chosen one
  });

  test('of paths that are too long is both of their ends, and what they have now', () => {
    const name = `a${'b'.repeat(62)}`;
    const named = pressing(app(), '/', ...`smtp.isps.gmail.name=${name}`, 'return');
    const frame = saying('smtp.isps.ab', 80, named);
    for (const [field, now] of [
      ['name', 'a long text'],
      ['share', '0\\.45'],
      ['deferredCode', '4\\.7\\.0'],
    ])
      expect(frame).toMatch(new RegExp(`smtp\\.isps\\.ab+…b*\\.${field} +${now}`));
  });

  test('of a change is the command line, or what it adds where that is too long', () => {
    const changed = pressing(app(), '/', ...`smtp.isps.gmail.source=${'x'.repeat(60)}`, 'return');
    expect(saying('pods.workers=60')).toContain('same as  mailsim sweep --set pods.workers=60');
    expect(saying('pods.workers=60', 80, changed)).toContain('  adds  --set pods.workers=60 ');
    expect(saying('pods.workers=60', 80, changed)).not.toContain('same as');
  });

  test('of no change is that it is so', () => {
    expect(saying('pods.workers=50')).toContain('✓ pods.workers is 50 already');
    expect(saying('pods.workers=50')).not.toContain('again');
  });

  test('of a run that is looked into is that it begins again', () => {
    const inside = pressing(app(), 'return');
    expect(saying('pods.workers=60', 80, inside)).toContain('The run begins again and goes to this instant; u in the sweep undoes it.');
    expect(saying('pods.workers=60', 60, inside)).toContain('The run begins again and goes to this instant.');
    expect(saying('pods.workers=60', 80, inside)).not.toContain('curve');
  });

  test('of a path that leads nowhere is what is near it', () => {
    expect(saying('pods.wrokers')).toContain('✗ pods.wrokers: found no such path, allowed: pods.workers?');
    expect(saying('z'.repeat(90)).replaceAll(/\s+/g, '')).toContain(`✗${'z'.repeat(90)}:foundnosuchpath`);
  });

  test('of an ISP by its index is what it has now', () => {
    expect(saying('smtp.isps.0.hangShare=0.01')).toContain('✓ smtp.isps.gmail.hangShare  0 → 0.01');
  });

  test('follows the value that is marked', () => {
    expect(text(pressing(app(), '/', ...'balancer.policy=', 'down'), 80, 24)).toContain('✓ balancer.policy  roundRobin → random');
  });
});

test('every key of every table is in the help, and does something', () => {
  const help = text(pressing(app(), '?'), 200, 60);
  for (const { bindings } of SECTIONS) {
    for (const { shown, help: words, keys } of bindings) {
      expect(help).toContain(shown);
      expect(help).toContain(words);
      for (const key of Object.keys(keys)) expect(actionOf(key, bindings)).not.toBeNull();
    }
  }
});

test('the footer always says how to get help and how to quit, at every size', () => {
  for (const [width, height] of [
    [60, 16],
    [80, 24],
    [120, 40],
    [200, 60],
  ] as const) {
    expect(text(app(), width, height)).toMatch(/\? help {2}q quit $/);
  }
});

test('a run of the real service that is of another service is told of, and not drawn', () => {
  const state = pressing(appOn(measured()), '/', ...'pods.workers=100', 'return');
  expect(text(appOn(measured()), 120, 40)).toContain('◆ service');
  expect(text(state, 120, 40)).not.toContain('◆');
  expect(text(state, 120, 40).replaceAll(/\s+/g, ' ')).toContain(
    '3 measured runs are not drawn: load-300.json: its pods.workers is 50, here 100',
  );
  expect(text(state, 60, 16).replaceAll(/\s+/g, ' ')).toContain('is 50, here 100'); // over more than one row
});
