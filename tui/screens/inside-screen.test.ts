import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CTRL_C } from '../terminal/testing.ts';
import { type App, ESCAPE, inFolder, isAsBefore, SIZES, SMALL } from '../testing.ts';

/** The inside screen as a person uses it: the built program in a pseudo-terminal, its keys, and what can be seen. `npm test` has built it. */

const SHORT = ['--rates', '900', '--replications', '2', '--measure', '20s', '--warmup', '1s', '--threads', '2'];
const ENTER = '\r';
const LEFT = '\x1b[D';
const RIGHT = '\x1b[C';
const SHIFT_RIGHT = '\x1b[1;2C';
const PLAYING = /playing 1× +t (0\.[1-9]|[1-9]\d*\.\d) s/;

const { open, path } = inFolder('inside');

/** Starts the app and looks into the run. */
async function openInside(args: readonly string[], size = SMALL): Promise<App> {
  const app = open(args, size);
  await app.shows(/▶.? +900 /);
  app.write(ENTER);
  await app.shows(PLAYING); // by itself
  return app;
}

test.each(SIZES)('at $cols×$rows a run is played, broken, rewound, stepped, mended, carried away and left', async (size) => {
  const app = await openInside(SHORT, size);
  await app.shows(/ pod 5 +[A-Za-z]/);
  app.write(' ');
  await app.shows(/paused {2}1× +t \d+\.\d{3} s/);
  app.write('0');
  await app.shows(/paused {2}1× +t 0\.000 s/);
  app.write(RIGHT.repeat(5));
  await app.shows(/t 5\.000 s/);
  app.write('jjo'); // yahoo, outage
  await app.shows(/5\.000 ▼ yahoo: outage, 30 s/);
  app.write(RIGHT.repeat(2));
  await app.shows(/t 7\.000 s/);
  await app.shows(/SMTP yahoo(?: \(outage\))? limits: \d+ of \d+ busy workers wait for it/);
  const broken = app.lines();
  app.write('r');
  await app.shows(/paused {2}1× +t 4\.999 s/);
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
  expect(readdirSync(path())).toContain(file);
  expect(JSON.parse(readFileSync(path(file!), 'utf8'))).toMatchObject({
    command: expect.stringContaining('mailsim run --set '),
    atMs: 7_000,
    scenario: { faults: [{ kind: 'smtpOutage', atMs: 5_000, forMs: 30_000, isp: 'yahoo' }] },
  });
  app.write(ESCAPE);
  await app.shows(/▶.? +900 /);
  app.write(CTRL_C);
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
      await app.shows(columns < 60 ? /needs 60×16/ : /^ .*inside .*t [\d.]+ s \n[\s\S]*\n \/ set {2}Space play .* q quit $/);
      expect(app.lines()).toHaveLength(rows);
    }
    app.write(CTRL_C);
    await isAsBefore(app);
  });

  test('ends with Ctrl-C in the middle, at full speed and while the sweep goes on', async () => {
    const app = await openInside(['--rates', '900', '--replications', '2', '--measure', '300h', '--threads', '2']);
    app.write('++++++++');
    await app.shows(/playing full +t [\d,]{2,}\.\d s/);
    app.write(CTRL_C);
    await isAsBefore(app);
  });

  test('can be looked at with another parameter, at the same instant', async () => {
    const app = await openInside(SHORT);
    app.write(` 0${RIGHT.repeat(3)}`);
    await app.shows(/5×50 .*paused {2}1× +t 3\.000 s/);
    app.write(`/pods.workers=60${ENTER}`);
    await app.shows(/5×60 .*paused {2}1× +t 3\.000 s/);
    app.write(CTRL_C);
    await isAsBefore(app);
  });
});
