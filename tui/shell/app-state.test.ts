import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appOn, begun, finished, KNEE, madeUpPoint, pressing, RATES, underWay } from '../screens/made-up.test.data.ts';
import { cursorOf, previousLabel, type SweepEvent } from '../screens/sweep-state.ts';
import type { AppState } from './app-state.ts';
import { paste, press, tell } from './app-state.ts';
import { candidates, chosen } from './candidates.ts';
import type { EditState } from './edit-state.ts';
import { judgementOf } from './judgement.ts';
import { commandLine, isFaulty } from './parameters.ts';

const DEFAULTS = { scenario: 'naive', rates: RATES.join(',') };
const app = () => appOn(finished());
const edited = (state: AppState) => (state.overlay?.kind === 'edit' ? state.overlay.edit : null)!;
const verdictOf = (edit: EditState) => judgementOf(edit)?.verdict ?? null;
const workers = ({ sweep }: AppState) => sweep.scenario.pods.workers;
const setting = (state: AppState, text: string) => pressing(state, '/', ...text, 'return');

describe('a parameter', () => {
  test('that is set starts the sweep again, and the curve that was there stays to compare with', () => {
    const state = setting(app(), 'pods.workers=100');
    expect(state.overlay).toBeNull();
    expect(workers(state)).toBe(100);
    expect(state.sweep.points.every((point) => point === null)).toBe(true);
    expect(state.sweep.outcome).toBeNull();
    expect(state.sweep.previous).toMatchObject({ points: finished().points });
    expect(previousLabel(state.sweep)).toBe('workers 50');
    expect(commandLine(state.parameters.present.raw, DEFAULTS)).toBe('mailsim sweep --set pods.workers=100');
  });

  test('that is something else as a whole is told as such', () => {
    expect(previousLabel(setting(app(), 'pods.eventLoop=null').sweep)).toBe('other eventLoop');
  });

  test('that is changed twice before there is a point keeps the curve that can be seen', () => {
    const twice = setting(setting(app(), 'pods.workers=100'), 'pods.workers=60');
    expect(previousLabel(twice.sweep)).toBe('workers 50');
    expect(previousLabel(setting(twice, 'pods.count=3').sweep)).toBe('count and others'); // against what is there now
    expect(commandLine(twice.parameters.present.raw, DEFAULTS)).toBe('mailsim sweep --set pods.workers=60'); // not both
  });

  test('that is wrong is told, is not applied, and what was typed stays', () => {
    const wrong = setting(app(), 'pods.workers=0');
    expect(workers(wrong)).toBe(50);
    expect(edited(wrong).text).toBe('pods.workers=0');
    expect(verdictOf(edited(wrong))).toEqual([{ path: 'pods.workers', found: '0', allowed: 'a whole number from 1 to 100000' }]);
    expect(workers(pressing(wrong, 'backspace', '6', '0', 'return'))).toBe(60);
  });

  test('is checked with all others: every fault is told', () => {
    const isps = '[{"name":"a","share":0.5,"latencyMs":{"kind":"constant","valueMs":-1}}]';
    const verdict = verdictOf(edited(pressing(app(), '/', ...`smtp.isps=${isps}`)));
    expect(isFaulty(verdict!) && verdict.map(({ path }) => path)).toEqual(['smtp.isps.0.latencyMs.valueMs', 'smtp.isps']);
  });

  test('of a path that does not exist is told with what is near it', () => {
    const verdict = verdictOf(edited(pressing(app(), '/', ...'pods.wrkers=3')));
    expect(isFaulty(verdict!) && verdict[0]?.allowed).toContain('pods.workers?');
  });

  test('of a path that leads nowhere is told as soon as nothing goes with it', () => {
    expect(verdictOf(edited(pressing(app(), '/', ...'pods.wrokers')))).toMatchObject([{ path: 'pods.wrokers', found: 'no such path' }]);
    expect(verdictOf(edited(pressing(app(), '/', ...'pods.wrokers=')))).toMatchObject([{ path: 'pods.wrokers', found: 'no such path' }]);
    expect(verdictOf(edited(pressing(app(), '/', ...'pods.work')))).toBeNull();
    expect(verdictOf(edited(pressing(app(), '/', ...'pods.workers=')))).toBeNull();
  });

  test('of an ISP by its index is that of its name', () => {
    expect(edited(pressing(app(), '/', ...'smtp.isps.0.hang', 'tab')).text).toBe('smtp.isps.gmail.hangShare=');
    const state = pressing(app(), '/', ...'smtp.isps.0.hangShare=0.01');
    expect(chosen(edited(state))).toMatchObject({ path: 'smtp.isps.gmail.hangShare', now: '0' });
    expect(pressing(state, 'return').sweep.scenario.smtp.isps[0]).toMatchObject({ name: 'gmail', hangShare: 0.01 });
    const list = JSON.stringify(app().sweep.scenario.smtp.isps.slice(1));
    expect(verdictOf(edited(pressing(app(), '/', ...`smtp.isps=${list.slice(0, -1)}`)))).toMatchObject([{ path: /^smtp\.isps, line 1, / }]);
  });

  test('that the sweep sets itself is not offered, and told when it is typed', () => {
    const typed = pressing(app(), '/', ...'arrivals.ratePerSecond=400');
    expect(candidates(edited(pressing(app(), '/'))).map(({ path }) => path)).not.toContain('arrivals.ratePerSecond');
    expect(verdictOf(edited(typed))).toMatchObject([{ found: 'a field that the sweep sets' }]);
    expect(pressing(typed, 'return')).toEqual(typed);
  });

  test('that is so already changes nothing: no step to undo, none lost to redo, and what is under way goes on', () => {
    const before = pressing(setting(appOn(underWay()), 'pods.workers=100'), 'u');
    const state = setting(before, 'pods.workers=50');
    expect(state.message).toBe('pods.workers is so already: nothing changes');
    expect(state).toEqual({ ...before, message: state.message });
    expect([state.parameters, state.sweep]).toEqual([before.parameters, before.sweep]);
    expect(state.sweep).toBe(before.sweep);
  });

  test('is undone and done again, with its sweep', () => {
    const changed = setting(setting(app(), 'pods.workers=100'), 'database.connections=50');
    const undone = pressing(changed, 'u', 'u');
    expect([workers(undone), undone.sweep.scenario.database.connections]).toEqual([50, 100]);
    const redone = pressing(undone, 'U');
    expect([workers(redone), redone.sweep.scenario.database.connections]).toEqual([100, 100]);
    expect(pressing(app(), 'u').message).toBe('nothing to undo');
    expect(pressing(redone, 'U', 'U').message).toBe('nothing to redo');
    expect(pressing(setting(undone, 'pods.count=4'), 'U').message).toBe('nothing to redo'); // another way was taken
  });

  test('the cursor stays at its rate', () => {
    const state = setting(pressing(app(), 'g', 'l', 'l'), 'pods.workers=100');
    expect(state.sweep.movedTo).toBe(300);
  });

  test('a cursor that was nowhere put waits where it is for the next knee', () => {
    const rate = ({ sweep }: AppState) => sweep.plan.rates[cursorOf(sweep)];
    const state = setting(app(), 'pods.workers=100');
    expect([rate(app()), rate(state)]).toEqual([900, 900]);
    const knee = { ratePerSecond: 1250, lower: 1247, upper: 1253, halfWidth: 3 };
    expect(rate(tell(state, { to: 'sweep', event: { kind: 'ended', knee, complete: true, elapsedMs: 1 } }))).toBe(1200);
    expect(rate(pressing(app(), 'r'))).toBe(900);
  });
});

describe('at the prompt', () => {
  const typed = (text: string) => edited(pressing(app(), '/', ...text));
  const paths = (text: string) => candidates(typed(text)).map(({ path }) => path);

  test('paths are offered, those that begin with what was typed first', () => {
    expect(paths('')[0]).toBe('pods.count');
    expect(paths('work')).toEqual(['pods.workers']);
    expect(paths('smtp.t')[0]).toBe('smtp.timeoutMs');
    expect(paths('gmail.mean')).toContain('smtp.isps.gmail.latencyMs.meanMs');
    expect(paths('pdwrk')).toEqual(['pods.workers']); // its letters, in that order
    expect(paths('zzz')).toEqual([]);
  });

  test('Tab completes the chosen path, then a value of it', () => {
    const policy = pressing(app(), '/', ...'policy', 'tab');
    expect(edited(policy).text).toBe('balancer.policy=');
    const random = pressing(policy, 'down', 'tab');
    expect(edited(random).text).toBe('balancer.policy=random');
    expect(pressing(random, 'return').sweep.scenario.balancer.policy).toBe('random');
  });

  test('Enter sets the value that is marked, but what was typed whole wins where nothing was chosen', () => {
    const policy = (...keys: readonly string[]) => pressing(app(), '/', ...keys, 'return').sweep.scenario.balancer.policy;
    expect(policy(...'balancer.policy=', 'down')).toBe('random');
    expect(policy(...'balancer.policy=r', 'down')).toBe('random');
    expect(policy(...'balancer.policy=l')).toBe('leastConnections');
    expect(policy(...'balancer.policy=random')).toBe('random');
    expect(verdictOf(edited(pressing(app(), '/', ...'balancer.policy=x')))).toMatchObject([{ found: '"x"' }]);
  });

  test('Enter completes as well, as long as there is no value', () => {
    expect(edited(pressing(app(), '/', ...'work', 'return')).text).toBe('pods.workers=');
    expect(edited(pressing(app(), '/', ...'work', 'return', 'return')).text).toBe('pods.workers=');
  });

  test('^U clears, ^D takes the default, Backspace erases, Esc leaves all as it was', () => {
    expect(edited(pressing(app(), '/', ...'pods', 'ctrl-u')).text).toBe('');
    expect(edited(pressing(app(), '/', ...'work', 'ctrl-d')).text).toBe('pods.workers=50');
    expect(edited(pressing(app(), '/', ...'é', 'backspace')).text).toBe('');
    const left = pressing(app(), '/', ...'pods.workers=9', 'escape');
    expect([left.overlay, workers(left)]).toEqual([null, 50]);
  });

  test('^R offers what was set before, the latest first', () => {
    const twice = setting(setting(app(), 'pods.workers=100'), 'database.insertMs=30');
    const recent = edited(pressing(twice, '/', 'ctrl-r'));
    expect(candidates(recent).map(({ path }) => path)).toEqual(['database.insertMs', 'pods.workers']);
    expect(edited(pressing(app(), '/', 'ctrl-r')).onlyRecent).toBe(false); // there is none
  });

  test('the choice stays within what is offered', () => {
    expect(edited(pressing(app(), '/', ...'work', 'down', 'down', 'up', 'up', 'up')).choice).toBe(0);
  });

  test('keys that mean something elsewhere are typed', () => {
    expect(typed('q?e/').text).toBe('q?e/');
  });
});

describe('a sweep that ends without a knee', () => {
  /** Ended, with rates of which those from a rate on are beyond the limit. */
  const ended = (state: AppState, beyondFrom: number): AppState => {
    const points = state.sweep.plan.rates.map((rate) => madeUpPoint(rate + 1000 - beyondFrom, { ratePerSecond: rate }));
    const told = points.reduce((before, point) => tell(before, { to: 'sweep', event: { kind: 'point', point, settled: true } }), state);
    return tell(told, { to: 'sweep', event: { kind: 'ended', knee: null, complete: true, elapsedMs: 1 } });
  };
  const rates = ({ sweep }: AppState) => sweep.plan.rates;
  const begunWith = (...rates: readonly number[]) => appOn(begun(rates));

  test('goes on beyond its rates, on the side where the knee is', () => {
    const above = ended(begunWith(100, 200), 5000);
    expect(rates(above)).toEqual([100, 200, 300, 400]);
    expect(above.message).toBe('no knee up to 200/s: 300 and 400/s are added, u takes them out');
    expect(above.sweep.points.map((point) => point?.ratePerSecond ?? null)).toEqual([100, 200, null, null]);
    expect(commandLine(above.parameters.present.raw, DEFAULTS)).toBe('mailsim sweep --rates 100,200,300,400');
    const below = ended(begunWith(1100, 1200), 900);
    expect(rates(below)).toEqual([550, 825, 1100, 1200]);
    expect(below.message).toContain('no knee from 1100/s on');
  });

  test('says so until there is one', () => {
    const knee = { ratePerSecond: 350, lower: 350 - 2, upper: 350 + 2, halfWidth: 2 };
    const found = (state: AppState) => tell(state, { to: 'sweep', event: { kind: 'ended', knee, complete: true, elapsedMs: 1 } });
    const state = ended(begunWith(100, 200), 5000);
    expect(found(state).message).toBeNull();
    expect(found({ ...state, message: 'wrote x.json' }).message).toBe('wrote x.json');
  });

  test('goes on until there is one, but not for ever', () => {
    let state = begunWith(100, 200);
    for (let i = 0; i < 10; i++) state = ended(state, 1e9);
    expect(rates(state).at(-1)).toBe(200 * 64);
    expect(state.sweep.outcome).not.toBeNull();
    expect(rates(ended(setting(state, '--rates 100,200'), 1e9))).toEqual([100, 200, 300, 400]); // another beginning
  });

  test('does not once that was undone', () => {
    const undone = pressing(ended(begunWith(100, 200), 1e9), 'u');
    expect(rates(undone)).toEqual([100, 200]);
    expect(rates(ended(undone, 1e9))).toEqual([100, 200]);
    expect(rates(pressing(undone, 'U'))).toEqual([100, 200, 300, 400]);
  });

  test('does not where nobody knows on which side it is, nor for a single rate, nor where it was stopped', () => {
    expect(rates(ended(begunWith(300), 1e9))).toEqual([300]);
    const stopped: SweepEvent = { kind: 'ended', knee: null, complete: false, elapsedMs: 1 };
    expect(rates(tell(begunWith(100, 200), { to: 'sweep', event: stopped }))).toEqual([100, 200]);
    expect(rates(tell(begunWith(100, 200), { to: 'sweep', event: { ...stopped, complete: true } }))).toEqual([100, 200]); // no point has a reading
  });

  test('leaves what is typed at the prompt, which is about the new rates then', () => {
    const state = ended(pressing(begunWith(100, 200), '/', ...'--seed 7'), 1e9);
    expect(edited(state).text).toBe('--seed 7');
    expect(rates(pressing(state, 'return'))).toEqual([100, 200, 300, 400]);
  });

  test('leaves a run that is looked into as it is', () => {
    const inside = pressing(begunWith(100, 200), 'return');
    const state = ended(inside, 1e9);
    expect(rates(state)).toHaveLength(4);
    expect(state.inside).toBe(inside.inside);
  });
});

describe('options at the prompt', () => {
  const command = (state: AppState) => commandLine(state.parameters.present.raw, DEFAULTS);
  const typed = (text: string, state = app()) => edited(pressing(state, '/', ...text));

  test('are taken as on a command line, and reproduce the screen there', () => {
    const state = setting(app(), '--set pods.workers=100');
    expect([workers(state), command(state)]).toEqual([100, 'mailsim sweep --set pods.workers=100']);
    expect(command(setting(app(), '--rates 100..500:50'))).toBe('mailsim sweep --rates 100..500:50');
    expect(setting(app(), '--rates=100,200').sweep.plan.rates).toEqual([100, 200]);
    expect(setting(app(), '--seed 7').sweep.plan.seed).toBe(7);
    expect(command(setting(app(), '--limit sojournMs.p99<=1500'))).toBe("mailsim sweep --limit 'sojournMs.p99<=1500'");
    expect(setting(app(), '--measure 20s').sweep.scenario.run.measureMs).toBe(20_000);
    const several = setting(app(), "--rates 100,200 --set 'database.updateMs=25' --seed 3");
    expect(command(several)).toBe('mailsim sweep --set database.updateMs=25 --seed 3 --rates 100,200');
    expect(command(pressing(several, 'u'))).toBe('mailsim sweep'); // one step
    expect(command(pressing(several, 'u', 'U'))).toBe(command(several));
  });

  test('leave what is simulated where only the rates change', () => {
    const { points, previous } = setting(app(), '--rates 100..300:50').sweep;
    expect(points.map((point) => point?.ratePerSecond ?? null)).toEqual([100, null, 200, null, 300]);
    expect(previous).toBeNull();
  });

  test('that say how often a rate is simulated replace one another', () => {
    const state = setting(app(), '--replications 5');
    expect(command(state)).toBe('mailsim sweep --replications 5');
    expect(command(setting(state, '--precision 0.5'))).toBe('mailsim sweep --precision 0.5');
    expect(command(setting(setting(state, '--precision 0.5'), '--replications 6'))).toBe('mailsim sweep --replications 6');
  });

  test('are offered by name and with their values', () => {
    expect(candidates(typed('--')).map(({ path }) => path)).toEqual([
      '--scenario',
      '--rates',
      '--seed',
      '--precision',
      '--replications',
      '--limit',
    ]);
    expect(candidates(typed('rates')).map(({ path }) => path)).toContain('--rates');
    expect(edited(pressing(app(), '/', ...'--ra', 'tab')).text).toBe('--rates ');
    expect(edited(pressing(app(), '/', ...'--rates', 'ctrl-d')).text).toBe(`--rates ${DEFAULTS.rates}`);
    expect(edited(pressing(app(), '/', ...'--seed 7 --set work', 'tab')).text).toBe('--seed 7 --set pods.workers=');
    expect(candidates(typed('--set ')).every(({ path }) => !path.startsWith('-'))).toBe(true);
    expect(candidates(typed('--scenario naive')).map(({ text }) => text)).toEqual(['--scenario naive', '--scenario naive-hangs']);
    expect(candidates(typed('--seed 7 --scenario ')).map(({ label }) => label)).toContain('smtp-outage');
  });

  test('that are wrong are told all at once, and none is set', () => {
    const wrong = setting(app(), '--rates 0 --seed x --set pods.workers=0 --threads 2');
    const verdict = verdictOf(edited(wrong));
    expect(isFaulty(verdict!) && verdict.map(({ path }) => path)).toEqual(['--rates', '--seed', 'pods.workers', '--threads']);
    expect([command(wrong), wrong.parameters.past]).toEqual(['mailsim sweep', []]);
    expect(verdictOf(typed('--presicion 3'))).toMatchObject([{ path: '--presicion', allowed: expect.stringContaining('--precision?') }]);
    expect(verdictOf(typed('--set pods.workers --seed 4'))).toMatchObject([{ path: 'pods.workers' }]); // a value is missing
    expect(verdictOf(typed('--scenario nowhere.json'))).toMatchObject([{ path: '--scenario' }]);
    expect(verdictOf(typed('--set --seed 4'))).toMatchObject([{ path: '--set', allowed: 'path=value' }]);
    for (const unfinished of ['--', '--se', '--set', '--set ', '--set pods.wor', '--seed ', '--rates', '--seed 7 --']) {
      expect(verdictOf(typed(unfinished))).toBeNull();
    }
  });

  test('blanks around = are not part of a value', () => {
    const state = setting(app(), 'pods.workers = 60 ');
    expect([workers(state), command(state)]).toEqual([60, 'mailsim sweep --set pods.workers=60']);
    expect(workers(setting(app(), '--set "pods.workers=60" --seed 7'))).toBe(60);
  });

  test('change a run that is looked into only where they concern it', () => {
    const inside = pressing(app(), 'return');
    expect(setting(inside, '--rates 100,200').inside).toBe(inside.inside);
    expect(setting(inside, '--seed 7').inside?.seed).toBe(7);
  });

  test('a scenario is chosen from the list that S opens; what was set stays set', () => {
    const state = setting(app(), 'pods.workers=100');
    const listed = pressing(state, 'S');
    expect(edited(listed).text).toBe('--scenario ');
    expect(chosen(edited(listed))?.label).toBe('naive'); // the present one, so that Enter alone changes nothing
    expect(pressing(listed, 'return').parameters).toBe(state.parameters);
    const hangs = pressing(listed, 'end', 'pagedown', 'up', 'up', 'up', 'up', 'return');
    expect(hangs.sweep.scenario.name).toBe('naive-hangs');
    expect(command(hangs)).toBe('mailsim sweep --scenario naive-hangs --set pods.workers=100');
    expect(previousLabel(hangs.sweep)).toBe('naive');
    expect(pressing(hangs, 'u').sweep.scenario.name).toBe('naive');
    expect(edited(pressing(pressing(state, 'return'), 'S')).text).toBe('--scenario '); // also inside
  });

  test('a file that is none is not read: the screen would wait for it', () => {
    expect(verdictOf(typed('--scenario /dev/tty'))).toMatchObject([{ path: '--scenario', allowed: 'a plain file' }]);
    expect(verdictOf(typed('--seed 3 --set pods.eventLoop=/dev/tty'))).toMatchObject([{ path: 'pods.eventLoop' }]);
    expect(verdictOf(typed(`--scenario ${'x'.repeat(5000)}`))).toMatchObject([{ found: expect.stringContaining('no file') }]);
  });

  test('a scenario of a person is a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailsim-prompt-'));
    try {
      const file = join(folder, 'mine.json');
      writeFileSync(file, '{ "name": "mine", "pods": { "workers": 7 } }');
      const state = setting(app(), `--scenario ${file}`);
      expect([state.sweep.scenario.name, workers(state)]).toEqual(['mine', 7]);
      expect(command(state)).toBe(`mailsim sweep --scenario ${file}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('^R offers options that were set before as well', () => {
    const state = setting(setting(app(), '--seed 7'), '--rates 100,200 --set pods.workers=60');
    expect(candidates(edited(pressing(state, '/', 'ctrl-r'))).map(({ path }) => path)).toEqual(['pods.workers', '--rates', '--seed']);
  });

  test('the line is edited where the cursor is', () => {
    const state = pressing(app(), '/', ...'pods.workers=10', 'left', '9', 'ctrl-a', 'ctrl-e', 'backspace', 'home', 'delete', 'p');
    expect(edited(state).text).toBe('pods.workers=19');
    expect(workers(pressing(state, 'return'))).toBe(19);
    expect(edited(pressing(app(), '/', ...'a b', 'ctrl-w', 'ctrl-w')).text).toBe('');
    expect(edited(paste(pressing(app(), '/', ...'pods=60', 'left', 'left', 'left'), '.workers')).text).toBe('pods.workers=60');
  });
});

describe('keys', () => {
  test('quit, suspend and redraw are deeds, also Ctrl-C in the middle of a prompt', () => {
    expect(press(app(), 'q').deed).toBe('quit');
    expect(press(pressing(app(), 'return'), 'q').deed).toBe('quit');
    expect(press(app(), 'ctrl-z').deed).toBe('suspend');
    expect(press(app(), 'ctrl-l').deed).toBe('redraw');
    for (const keys of [['/', 'p'], ['?'], ['e'], ['return']]) {
      const before = pressing(app(), ...keys);
      expect(press(before, 'ctrl-z')).toEqual({ state: before, deed: 'suspend' });
      expect(press(before, 'ctrl-l')).toEqual({ state: before, deed: 'redraw' });
    }
    expect(press(pressing(app(), '/', 'p'), 'ctrl-c').deed).toBe('quit');
    expect(press(pressing(app(), '/', 'p'), 'q').deed).toBeNull();
  });

  test.each([
    ['over the sweep', []],
    ['inside a run', ['return']],
    ['that is paused', [' ']],
  ])('q asks once before it gives up a sweep that is not finished, %s', (_, keys) => {
    const before = pressing(appOn(underWay()), ...keys);
    const { state, deed } = press(before, 'q');
    expect(deed).toBeNull();
    expect(state).toEqual({ ...before, message: 'the sweep is not finished: q again quits' });
    expect(press(state, 'q').deed).toBe('quit');
    expect(press(state, 'ctrl-c').deed).toBe('quit');
    expect(press(before, 'ctrl-c').deed).toBe('quit');
    expect(press(pressing(state, 'b'), 'q').deed).toBeNull(); // b went on
    expect(pressing(state, 'b').message).toBeNull();
  });

  test('the question goes when the sweep ends, which nobody has to give up then', () => {
    const asked = press(appOn(underWay()), 'q').state;
    const ended = tell(asked, { to: 'sweep', event: { kind: 'ended', knee: KNEE, complete: true, elapsedMs: 17_300 } });
    expect(ended.message).toBeNull();
    expect(press(ended, 'q').deed).toBe('quit');
    const goesOn = tell(asked, { to: 'sweep', event: { kind: 'planned', runs: 10 } });
    expect(goesOn.message).toBe(asked.message);
  });

  test('PgUp, PgDn, Home, End, g and G go wherever there is a list or time', () => {
    const rates = (...keys: readonly string[]) => pressing(app(), ...keys).sweep.movedTo;
    expect([rates('g'), rates('pagedown'), rates('home', 'pagedown'), rates('G', 'pageup'), rates('end')]).toEqual([
      100, 1400, 600, 900, 1400,
    ]);
    const seconds = (...keys: readonly string[]) => pressing(app(), 'return', ...keys).inside!.wish.atMs / 1000;
    expect([seconds('pagedown'), seconds('pagedown', 'pagedown', 'pageup'), seconds('G'), seconds('end', 'home')]).toEqual([
      10, 10, 120, 0,
    ]);
    const choice = (...keys: readonly string[]) => press(pressing(app(), 'e', ...keys), 'return').deed;
    expect([choice('G'), choice('end'), choice('pagedown'), choice('G', 'g'), choice('end', 'home')]).toEqual([
      ...[{ write: 'command' }, { write: 'command' }, { write: 'command' }],
      ...[{ write: 'json' }, { write: 'json' }],
    ]);
  });

  test('the help is scrolled no further than it goes, whatever the size of the window', () => {
    const scroll = (height: number, ...keys: readonly string[]) => {
      const { overlay } = pressing(tell(app(), { to: 'window', size: { width: 80, height } }), '?', ...keys);
      return overlay?.kind === 'help' ? overlay.help.scroll : null;
    };
    const last = scroll(24, 'end')!;
    expect(last).toBeGreaterThan(5);
    expect(scroll(24, 'end', 'down')).toBe(last);
    expect(scroll(24, 'end', 'up')).toBe(last - 1);
    expect(scroll(24, 'end', 'home')).toBe(0);
    expect(scroll(24, 'pagedown', 'pagedown', 'pagedown')).toBe(last);
    expect(scroll(20, 'pagedown')).toBe(20 - 3);
    expect(scroll(60, 'end', 'down', 'pagedown')).toBe(0); // all of it is there
  });

  test('e offers what to write, and writes it', () => {
    expect(press(pressing(app(), 'e'), 'return').deed).toEqual({ write: 'json' });
    expect(press(pressing(app(), 'e', 'down', 'j'), 'return').deed).toEqual({ write: 'svg' });
    expect(press(pressing(app(), 'e'), '2').deed).toEqual({ write: 'csv' });
    expect(pressing(app(), 'e', 'escape').overlay).toBeNull();
  });

  test('the next seed is another sweep with the curve of the one before', () => {
    const state = pressing(app(), 's');
    expect(state.sweep.plan.seed).toBe(43);
    expect(previousLabel(state.sweep)).toBe('seed 42');
    expect(pressing(state, 'u').sweep.previous).toBeNull(); // it would be compared with itself
  });

  test('r adds the rates halfway to the neighbours, and leaves the points that are there', () => {
    const state = pressing(app(), 'g', 'l', 'r');
    expect(state.sweep.plan.rates.slice(0, 6)).toEqual([100, 150, 200, 250, 300, 400]);
    expect(state.sweep.points.slice(0, 6).map((point) => point?.ratePerSecond ?? null)).toEqual([100, null, 200, null, 300, 400]);
    expect(state.sweep.previous).toBeNull();
    expect(state.sweep.outcome).toBeNull(); // the knee may be another
    expect(state.sweep.movedTo).toBe(200);
    expect(pressing(state, 'u').sweep.points).toEqual(finished().points);
  });

  test('r says so where there is no rate to add, and where a sweep can have no more', () => {
    const single = appOn(begun([300]));
    expect(pressing(single, 'r')).toEqual({ ...single, message: 'there is no rate to add halfway to a neighbour' });
    const full = appOn(begun(Array.from({ length: 1000 }, (_, i) => i + 1)));
    expect(pressing(full, 'r')).toEqual({ ...full, message: 'a sweep has at most 1,000 rates' });
  });

  test('space pauses what is under way, and nothing else', () => {
    expect(pressing(appOn(underWay()), ' ').sweep.paused).toBe(true);
    expect(pressing(appOn(underWay()), ' ', ' ').sweep.paused).toBe(false);
    expect(pressing(app(), ' ').sweep.paused).toBe(false);
  });

  test('layers and the axis are switched', () => {
    const before = app();
    const state = pressing(before, 'b', 't', 'm', 'p', 'y');
    expect(state.sweep.layers).toEqual({ band: false, theory: false, measured: false, previous: false });
    expect(state.sweep.logarithmic).toBe(false);
    expect(pressing(state, 'b', 't', 'm', 'p', 'y')).toEqual(before);
  });

  test('c and v do nothing yet, nor does any key without a meaning', () => {
    for (const key of ['c', 'v', 'x', 'f5', 'é', '__proto__']) {
      const before = app();
      expect(press(before, key)).toEqual({ state: before, deed: null });
    }
  });

  test('help filters by letters, and is left by Esc, Enter or q', () => {
    const state = pressing(app(), '?', ...'ref', 'backspace');
    expect(state.overlay).toEqual({ kind: 'help', help: { filter: 're', scroll: 0 } });
    expect(pressing(state, 'q').overlay).toMatchObject({ help: { filter: 'req' } });
    expect(pressing(state, 'escape').overlay).toBeNull();
    expect(pressing(app(), '?', 'q').overlay).toBeNull();
  });
});

describe('a pasted text', () => {
  test('goes into the prompt without control characters, and applies nothing', () => {
    const state = paste(pressing(app(), '/', 'p'), 'ods.workers\r\n=6\x030\x1b\n\x85');
    expect(edited(state).text).toBe('pods.workers=60');
    expect([workers(state), state.message]).toEqual([50, null]);
    expect(workers(pressing(state, 'return'))).toBe(60);
  });

  test('that is longer than the prompt takes is refused whole', () => {
    const before = pressing(app(), '/', 'p');
    const state = paste(before, 'x'.repeat(10_000));
    expect(state.message).toContain('10,000 characters');
    expect(edited(state).text).toBe('p');
    expect(edited(paste(before, 'x'.repeat(9_999))).text).toHaveLength(10_000);
  });

  test('does nothing elsewhere, and that is told', () => {
    for (const keys of [[], ['e'], ['return']]) {
      const before = pressing(app(), ...keys);
      const state = paste(before, 'q\r');
      expect(state.message).toContain('/');
      expect({ ...state, message: null }).toEqual(before);
    }
  });
});

test('a message is gone with the next key', () => {
  const told = tell(app(), { to: 'shell', message: 'wrote mailsim-naive-42.json' });
  expect(told.message).toBe('wrote mailsim-naive-42.json');
  expect(pressing(told, 'l').message).toBeNull();
});

test('news of a sweep reaches it whatever is on the screen', () => {
  const state = pressing(appOn(begun()), '/', 'p');
  const told = tell(state, { to: 'sweep', event: { kind: 'point', point: madeUpPoint(900), settled: false } });
  expect(told.sweep.points[8]?.ratePerSecond).toBe(900);
  expect(told.sweep.settled[8]).toBe(false);
  expect(told.overlay).toBe(state.overlay);
});

test('a state is never changed', () => {
  const state = app();
  const { points, runs, layers } = state.sweep;
  const before = structuredClone({ points, runs, layers });
  pressing(state, 'l', 'b', '/', ...'pods.workers=3', 'return', 'u', 's', 'r');
  expect({ points, runs, layers }).toEqual(before);
  expect([state.sweep.points, state.sweep.runs, state.parameters.past]).toEqual([points, runs, []]);
});
