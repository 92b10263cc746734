import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { descendants, isAlive } from '../reference/harness/testing.ts';
import { AS_BEFORE, CTRL_C, spawnInTerminal } from './terminal/testing.ts';
import { ENDED, ENDLESS, ESCAPE, inFolder, isAsBefore, main, SHORT, SMALL } from './testing.ts';

/** Terminals of all kinds, and how each is given back. */

const { open, path } = inFolder('terminal');

describe('a terminal', () => {
  const PLAIN = /^[0127]?$/; // strong, faint, selected, and the end of each
  test.each([
    ['that is a vt100 has no colours', { TERM: 'vt100' }, null, []],
    ['has none with NO_COLOR=1', { NO_COLOR: '1' }, null, []],
    ['has 16 if these are all it has', { TERM: 'xterm', COLORTERM: '', NO_COLOR: '' }, /^(1;)?3\d$/, ['1;36', '33']],
    ['has 256 if these are all it has', { COLORTERM: '' }, /^(1;)?38;5;\d+$/, ['1;38;5;74', '38;5;178']],
  ])('%s', async (_, env, colours, some) => {
    const app = open(ENDLESS, SMALL, env);
    await app.shows(/theory/);
    app.write(CTRL_C);
    await isAsBefore(app);
    const codes = [...app.output().matchAll(new RegExp(`${ESCAPE}\\[([\\d;]*)m`, 'g'))].map(([, code]) => code!);
    expect(codes).toEqual(expect.arrayContaining(some));
    if (colours === null) expect(codes).toEqual([]);
    else for (const code of new Set(codes)) expect(code).toMatch(new RegExp(`${PLAIN.source}|${colours.source}`));
  });

  test('whose locale is not of UTF-8 gets ASCII, and so does who asks for it', async () => {
    for (const [args, env] of [
      [[], { LC_ALL: 'C' }],
      [['--ascii'], {}],
    ] as const) {
      const app = open([...SHORT, ...args], SMALL, env);
      await app.shows(ENDED);
      await app.shows(/\*\*\* model/);
      app.write('q');
      await isAsBefore(app);
      expect(Buffer.from(app.output()).every((byte) => byte < 0x80)).toBe(true);
    }
  });

  test('of a light background gets other colours', async () => {
    const app = open(SHORT, SMALL, { COLORFGBG: '0;15' });
    await app.shows(ENDED);
    app.write('q');
    await isAsBefore(app);
    expect(app.output()).toContain(`${ESCAPE}[1;38;2;0;114;178m`); // blue, the model's
    expect(app.output()).not.toContain(`${ESCAPE}[1;38;2;86;180;233m`); // sky
  });

  test('of 60×15 says what it needs, and q and Ctrl-C leave it', async () => {
    for (const key of ['q', CTRL_C] as const) {
      const app = open(ENDLESS, { cols: 60, rows: 15 });
      await app.shows(/This window is 60×15; mailsim needs 60×16\. q quits\./);
      app.write(key);
      if (key === 'q') {
        await app.shows(/^the sweep is not finished: q again quits/);
        app.write(key);
      }
      await isAsBefore(app);
    }
  });

  test.each([
    ['TERM=dumb', { TERM: 'dumb' }],
    ['CI=true', { CI: 'true' }],
  ])('with %s gets the table', async (_, env) => {
    const app = open(SHORT, { cols: 120, rows: 40 }, env);
    await isAsBefore(app);
    expect(app.output()).toContain('503s pass 0.1%');
    expect(app.output()).not.toContain(`${ESCAPE}[?1049h`);
  });

  test('that is a pipe gets the table', () => {
    const { stdout, status } = spawnSync(process.execPath, [main, 'screen', ...SHORT], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('503s pass 0.1%');
    expect(stdout).not.toContain(ESCAPE);
  });

  test('that is closed in the middle leaves no process', async () => {
    const app = spawnInTerminal(process.execPath, [main, 'screen', ...ENDLESS], { ...SMALL, cwd: path() });
    await app.shows(/\/[\d,]+ runs/);
    const pids = [app.pid, ...descendants(app.pid)];
    app.hangUp();
    await expect.poll(() => pids.filter(isAlive), { interval: 50 }).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('is given back on %s', async (signal) => {
    const app = open(ENDLESS);
    await app.shows(/\/[\d,]+ runs/);
    process.kill(descendants(app.pid)[0]!, signal);
    expect(await app.left()).toMatchObject(AS_BEFORE);
  });
});
