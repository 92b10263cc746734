import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openInTerminal } from '../shell/testing.ts';
import { CTRL_C } from '../terminal/testing.ts';

/** A short sweep whose runs can be looked into for 20 s. */
const settings = { set: ['run.measureMs=20000', 'run.warmup=1000'], rates: '900', replications: '2', threads: '2' };
const ENTER = '\r';
const LEFT = '\x1b[D';
const RIGHT = '\x1b[C';
const ESCAPE = '\x1b';
const PLAYING = /▶ 1× {2}t (0\.[1-9]|[1-9]\d*\.\d) s/;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mailsim-inside-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('the inside screen', () => {
  test.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])('at %i×%i: opened, played, broken, rewound, stepped, carried away, left', async (columns, rows) => {
    const folder = newFolder();
    const { shell, lines, shows, isAsBefore } = openInTerminal(settings, {
      columns,
      rows,
      prelude: `process.chdir(${JSON.stringify(folder)});`,
    });
    await shows(/▶.? +900 /);
    shell.write(ENTER);
    await shows(PLAYING); // by itself
    await shows(/ pod 5 +[A-Za-z]/);
    shell.write(' ');
    await shows(/paused 1× {2}t \d+\.\d{3} s/);
    shell.write('0');
    await shows(/paused 1× {2}t 0\.000 s/);
    shell.write(RIGHT.repeat(5));
    await shows(/t 5\.000 s/);
    shell.write('jjo'); // yahoo, outage
    await shows(/5\.000 ▼ yahoo: outage, 30 s/);
    shell.write(RIGHT.repeat(2));
    await shows(/t 7\.000 s/);
    await shows(/SMTP yahoo limits: \d+ of \d+ busy workers wait for it/);
    const seen = lines();
    shell.write('r');
    await shows(/paused 1× {2}t 4\.999 s/);
    shell.write('.');
    await shows(/(send|status) [\d,]+.*(arrives|gets a worker|begins|ends)/);
    shell.write(`${RIGHT.repeat(3)}${LEFT}\x1b[1;2C`); // 2 s and, with shift, 0.1 s on
    await shows(/t (7\.099|7\.1\d\d) s/);
    shell.write('u');
    await shows(/t 4\.999 s/);
    shell.write('U');
    await shows(/t 5\.000 s/);
    shell.write(RIGHT.repeat(2));
    await expect.poll(lines).toEqual(seen); // the same run, to the cell
    shell.write('e1');
    await shows(/wrote mailsim-naive-42-inside-900\.json/);
    const [file] = readdirSync(folder);
    expect(JSON.parse(readFileSync(join(folder, file!), 'utf8'))).toMatchObject({
      command: expect.stringContaining('mailsim run --set run.measureMs=20000'),
      atMs: 7_000,
      scenario: { faults: [{ kind: 'smtpOutage', atMs: 5_000, forMs: 30_000, isp: 'yahoo' }] },
    });
    shell.write(ESCAPE);
    await shows(/▶.? +900 /);
    shell.write('q');
    await isAsBefore();
    expect(shell.output()).toContain('closed');
  });

  test('is drawn anew when the window changes in the middle of a run', async () => {
    const { shell, lines, shows, resize, isAsBefore } = openInTerminal(settings);
    await shows(/▶.? +900 /);
    shell.write(ENTER);
    await shows(PLAYING);
    for (const [columns, rows] of [
      [120, 40],
      [60, 16],
      [200, 60],
      [59, 15],
      [80, 24],
    ] as const) {
      resize(columns, rows);
      await shows(columns < 60 ? /needs 60×16/ : /inside .*t [\d.]+ s/);
      await expect.poll(() => lines().at(-1)).toMatch(columns < 60 ? /^ *$/ : /^ Space play .* q quit $/);
      expect(lines()).toHaveLength(rows);
    }
    shell.write('q');
    await isAsBefore();
  });

  test('closes with Ctrl-C in the middle of a run at full speed', async () => {
    const { shell, shows, isAsBefore } = openInTerminal({ ...settings, set: ['run.measureMs=1e9', 'run.warmup=1000'] });
    await shows(/▶.? +900 /);
    shell.write(ENTER);
    await shows(PLAYING);
    shell.write('++++++++');
    await shows(/▶ full speed {2}t [\d,]{2,}\.\d s/);
    shell.write(CTRL_C);
    await isAsBefore();
    expect(shell.output()).toContain('closed');
    expect(shell.output()).toContain('exit 0');
  });

  test('shows another parameter at the same instant', async () => {
    const { shell, shows, isAsBefore } = openInTerminal(settings);
    await shows(/▶.? +900 /);
    shell.write(ENTER);
    await shows(PLAYING);
    shell.write(` 0${RIGHT.repeat(3)}`);
    await shows(/5×50 .*paused 1× {2}t 3\.000 s/);
    shell.write('/pods.workers=60\r');
    await shows(/5×60 .*paused 1× {2}t 3\.000 s/);
    shell.write('q');
    await isAsBefore();
  });
});
