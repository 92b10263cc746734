import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AS_BEFORE, CTRL_C, spawnInShell, type TerminalSize } from '../terminal/testing.ts';

/** The inside screen as a person uses it: the built program in a pseudo-terminal, its keys, and what can be seen. `npm test` has built it. */

const main = join(import.meta.dirname, '../../dist/tui/main.js');
const SMALL: TerminalSize = { cols: 80, rows: 24 };
const SIZES: readonly TerminalSize[] = [SMALL, { cols: 120, rows: 40 }, { cols: 200, rows: 60 }];
const SHORT = ['--rates', '900', '--replications', '2', '--measure', '20s', '--warmup', '1s', '--threads', '2'];
const ENTER = '\r';
const LEFT = '\x1b[D';
const RIGHT = '\x1b[C';
const SHIFT_RIGHT = '\x1b[1;2C';
const ESCAPE = '\x1b';
const PLAYING = /▶ 1× {2}t (0\.[1-9]|[1-9]\d*\.\d) s/;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-inside-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type App = ReturnType<typeof spawnInShell>;

/** Starts the app and looks into the run. */
async function openInside(args: readonly string[], size = SMALL): Promise<App> {
  const app = spawnInShell(process.execPath, [main, 'screen', ...args], { ...size, cwd: folder });
  await app.shows(/▶.? +900 /);
  app.write(ENTER);
  await app.shows(PLAYING); // by itself
  return app;
}

async function isAsBefore(app: App): Promise<void> {
  expect(await app.left()).toEqual({ exitCode: 0, ...AS_BEFORE });
}

test.each(SIZES)('at $cols×$rows a run is played, broken, rewound, stepped, mended, carried away and left', async (size) => {
  const app = await openInside(SHORT, size);
  await app.shows(/ pod 5 +[A-Za-z]/);
  app.write(' ');
  await app.shows(/paused 1× {2}t \d+\.\d{3} s/);
  app.write('0');
  await app.shows(/paused 1× {2}t 0\.000 s/);
  app.write(RIGHT.repeat(5));
  await app.shows(/t 5\.000 s/);
  app.write('jjo'); // yahoo, outage
  await app.shows(/5\.000 ▼ yahoo: outage, 30 s/);
  app.write(RIGHT.repeat(2));
  await app.shows(/t 7\.000 s/);
  await app.shows(/SMTP yahoo limits: \d+ of \d+ busy workers wait for it/);
  const broken = app.lines();
  app.write('r');
  await app.shows(/paused 1× {2}t 4\.999 s/);
  app.write('.');
  await app.shows(/(send|status) [\d,]+.*: .*\./);
  app.write(`${RIGHT.repeat(3)}${LEFT}${SHIFT_RIGHT}`); // 2.1 s on from the event
  await app.shows(/t 7\.(099|1\d\d) s/);
  app.write('u');
  await app.shows(/t 4\.999 s/);
  app.write('U');
  await app.shows(/t 5\.000 s/);
  app.write(RIGHT.repeat(2));
  await app.shows(/t 7\.000 s/);
  await expect.poll(app.lines).toEqual(broken); // the same run, to the cell
  app.write('e1');
  const [, file] = await app.shows(/wrote (mailsim-naive-42-inside-900\S*\.json)/);
  expect(readdirSync(folder)).toContain(file);
  expect(JSON.parse(readFileSync(join(folder, file!), 'utf8'))).toMatchObject({
    command: expect.stringContaining('mailsim run --set '),
    atMs: 7_000,
    scenario: { faults: [{ kind: 'smtpOutage', atMs: 5_000, forMs: 30_000, isp: 'yahoo' }] },
  });
  app.write(ESCAPE);
  await app.shows(/▶.? +900 /);
  app.write('q');
  await isAsBefore(app);
});

describe('a run that is watched', () => {
  test('is drawn anew when the window changes in the middle', async () => {
    const app = await openInside(SHORT);
    for (const [columns, rows] of [
      [120, 40],
      [60, 16],
      [200, 60],
      [59, 15],
      [80, 24],
    ] as const) {
      app.resize(columns, rows);
      await app.shows(columns < 60 ? /needs 60×16/ : /^ .*inside .*t [\d.]+ s \n[\s\S]*\n Space play .* q quit $/);
      expect(app.lines()).toHaveLength(rows);
    }
    app.write('q');
    await isAsBefore(app);
  });

  test('ends with Ctrl-C in the middle, at full speed and while the sweep goes on', async () => {
    const app = await openInside(['--rates', '900', '--replications', '10000', '--measure', '1000h', '--threads', '2']);
    app.write('++++++++');
    await app.shows(/▶ full speed {2}t [\d,]{2,}\.\d s/);
    app.write(CTRL_C);
    await isAsBefore(app);
  });

  test('can be looked at with another parameter, at the same instant', async () => {
    const app = await openInside(SHORT);
    app.write(` 0${RIGHT.repeat(3)}`);
    await app.shows(/5×50 .*paused 1× {2}t 3\.000 s/);
    app.write(`/pods.workers=60${ENTER}`);
    await app.shows(/5×60 .*paused 1× {2}t 3\.000 s/);
    app.write('q');
    await isAsBefore(app);
  });
});
