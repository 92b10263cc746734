import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CTRL_C } from './terminal/testing.ts';
import { ENDED, ENDLESS, ESCAPE, inFolder, isAsBefore, main, SHORT, SIZES } from './testing.ts';

/** The app as a person uses it: the built program in a pseudo-terminal, its keys, and what can be seen. */

const { open, path } = inFolder('app');

const filesOf = (ending: string) =>
  readdirSync(path())
    .filter((file) => file.endsWith(ending))
    .sort();

describe.each(SIZES)('at $cols×$rows', (size) => {
  test('a sweep is finished, looked at, changed, compared with the one before, and carried away', async () => {
    const app = open(SHORT, size);
    await app.shows(/naive/);
    await app.shows(ENDED);
    app.write('G');
    await app.shows(/▶. +1500 /);
    await app.shows(/At 1500\/s the worker pool limits/);
    app.write(`${ESCAPE}[Dh`); // left, by its arrow and by its letter
    await app.shows(/▶.? +900 /);
    app.write('y');
    await app.shows(/2 (rejected with 503, % of requests|503 %) +[<\d]/);
    app.write('y1');
    await app.shows(/1 pool occupancy, % of 250 workers/);
    app.write('1');
    await app.shows(/3 database/);

    app.write('/workers');
    await app.shows(/▶ pods\.workers +50 /);
    app.write('\t0');
    await app.shows(/✗ pods\.workers: found 0, allowed/);
    app.write('\r'); // does nothing: it is wrong, and stays to be put right
    app.write('\x7f100');
    await app.shows(/✓ pods\.workers +50 → 100/);
    app.write('\r');
    await app.shows(/(naive 5×100|5 pods × 100 workers)/);
    await app.shows(/workers 50/); // the ghost has its place in the legend
    await app.shows(/⠁⠈ ⠂/);
    await app.shows(ENDED);
    await app.shows(/▶.? +900 /); // where the cursor was

    const before = filesOf('.json');
    app.write('e1');
    await app.shows(/wrote mailsim-naive-42(-\d+)?\.json/);
    const [file] = filesOf('.json').filter((name) => !before.includes(name));
    const beyond = ['--rates', '300,600,900,1200,1500,2250,3000']; // where so many workers have their knee
    const plain = spawnSync(process.execPath, [main, 'sweep', ...SHORT, ...beyond, '--set', 'pods.workers=100', '--format', 'json'], {
      encoding: 'utf8',
    });
    expect(readFileSync(path(file!), 'utf8')).toBe(plain.stdout); // to the byte

    app.write('uu'); // the rates that were added, the workers
    await app.shows(/(naive 5×50|5 pods × 50 workers)/);
    app.write(CTRL_C);
    await isAsBefore(app);
  });

  test('it is drawn anew when the window changes in the middle, and Ctrl-C ends it there', async () => {
    const app = open(ENDLESS, size);
    await app.shows(/▶ +300 /);
    app.write('l');
    await app.shows(/▶ +600 /);
    for (const [cols, rows] of [
      [100, 30],
      [60, 16],
      [59, 15],
      [200, 60],
      [size.cols, size.rows],
    ] as const) {
      app.resize(cols, rows);
      await app.shows(cols < 60 ? /^This window is 59×15; mailsim needs 60×16/ : / \? help {2}q quit $/); // at the end of the last row
      await app.shows(cols < 60 ? /^This/ : /^ .*naive.*\/[\d,]+ runs/);
      expect(app.lines().map((line) => line.length)).toEqual(new Array(rows).fill(cols));
    }
    app.write(CTRL_C);
    await isAsBefore(app);
  });
});

test('what the table shows is, to the digit, what the table of the command line shows', async () => {
  const app = open(SHORT, { cols: 120, rows: 40 });
  await app.shows(ENDED);
  const { stdout } = spawnSync(process.execPath, [main, 'sweep', ...SHORT], { encoding: 'utf8' });
  const cells = (line: string) =>
    line
      .replace(/[▶▲│┃]/g, ' ')
      .trim()
      .split(/\s+/);
  const rates = [300, 600, 900, 1200, 1500];
  for (const rate of rates) {
    const rowOf = (lines: readonly string[]) =>
      lines.map(cells).find(([first]) => first?.replace(',', '') === `${rate}` || Number(first?.replace(',', '')) === rate)!;
    const shown = rowOf(app.lines().filter((line) => /^[▶ ][▲ ]/.test(line)));
    const [, ...figures] = rowOf(stdout.split('\n'));
    // done/s, 503 % with its half-width where it has one, full %, pool %, db %, p50, p95, p99, ±: all in the row, in this order.
    let from = 0;
    for (const figure of figures) {
      const at = shown.indexOf(figure, from);
      expect(at, `${figure} in ${shown.join(' ')}`).toBeGreaterThanOrEqual(from);
      from = at;
    }
  }
  app.write('q');
  await isAsBefore(app);
});

describe('keys', () => {
  test('it pauses and goes on, and q asks before it gives the sweep up', async () => {
    const app = open(ENDLESS);
    await app.shows(/\/[\d,]+ runs .* left/);
    app.write(' ');
    await app.shows(/paused/);
    app.write(' ');
    await app.shows(/\/[\d,]+ runs .* left/);
    app.write('q');
    await app.shows(/the sweep is not finished: q again quits/);
    app.write(' ');
    await app.shows(/paused/);
    app.write('qq');
    await isAsBefore(app);
  });

  test('finer rates at the cursor leave what is there, and the command line that is exported gives the same figures', async () => {
    const app = open(SHORT);
    await app.shows(ENDED);
    app.write('gr');
    await app.shows(/450/);
    await app.shows(ENDED);
    app.write('e4');
    const [, file] = await app.shows(/wrote (\S+\.sh)/);
    app.write('e1');
    const [, json] = await app.shows(/wrote (\S+\.json)/);
    app.write('q');
    await isAsBefore(app);
    const command = readFileSync(path(file!), 'utf8').trim().split('\n').at(-1)!;
    expect(command).toContain('--rates 300,450,600,900,1200,1500');
    const [, ...args] = command.split(' ');
    expect(spawnSync(path(file!), { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } }).stdout).toContain('450');
    const again = spawnSync(process.execPath, [main, ...args, '--format', 'json'], { encoding: 'utf8' });
    expect(readFileSync(path(json!), 'utf8')).toBe(again.stdout);
  });

  test('rates, seed and scenario are chosen at the prompt, and the command line that is exported gives the same figures', async () => {
    const app = open(SHORT);
    await app.shows(/▶.? +300 /);
    app.write('S');
    await app.shows(/▶ naive/);
    app.write('naive-h\r');
    await app.shows(/naive-hangs 5×50/);
    app.write('/--rates 300..900:600 --seed 7\r');
    await app.shows(/seed 7 /);
    await app.shows(ENDED);
    app.write('e4');
    const [, file] = await app.shows(/wrote (\S+\.sh)/);
    app.write('e1');
    const [, json] = await app.shows(/wrote (\S+\.json)/);
    app.write('uu');
    await app.shows(/naive 5×50 roundRobin seed 42 /);
    app.write(CTRL_C);
    await isAsBefore(app);
    const [, ...args] = readFileSync(path(file!), 'utf8').trim().split('\n').at(-1)!.split(' ');
    expect(args).toContain('naive-hangs');
    const again = spawnSync(process.execPath, [main, ...args, '--format', 'json'], { encoding: 'utf8' });
    expect(readFileSync(path(json!), 'utf8')).toBe(again.stdout);
  });

  test('the next seed is another sweep, and undo brings the first one back', async () => {
    const app = open(SHORT);
    await app.shows(ENDED);
    app.write('s');
    await app.shows(/seed 43/);
    app.write('u');
    await app.shows(/seed 42 /);
    app.write('uU');
    await app.shows(/seed 43/);
    app.write('U');
    await app.shows(/nothing to redo/);
    app.write(CTRL_C);
    await isAsBefore(app);
  });

  test('help is a key away, and lists the keys', async () => {
    const app = open(ENDLESS);
    await app.shows(/▶/);
    app.write('?');
    await app.shows(/EVERYWHERE/);
    app.write('refine');
    await app.shows(/with "refine"/);
    app.write(`${ESCAPE}`);
    await app.shows(/▶/);
    app.write(CTRL_C);
    await isAsBefore(app);
  });
});

describe('measured runs', () => {
  test('runs of the real service are drawn, and without a terminal they stand in a table', async () => {
    const run = JSON.parse(
      spawnSync(process.execPath, [main, 'run', '--rate', '900', '--measure', '4s', '--warmup', '1s', '--format', 'json'], {
        encoding: 'utf8',
      }).stdout,
    );
    const record = { ...run, command: 'load', stretch: 4, database: 'emulated', void: false };
    writeFileSync(path('load.record'), JSON.stringify(record));
    const measured = ['--measured', path('load.record')];
    const app = open([...SHORT, ...measured], { cols: 120, rows: 40 });
    await app.shows(ENDED);
    await app.shows(/◆ service(, stretched)? 4×/);
    await app.shows(/service %/);
    app.write('q');
    await isAsBefore(app);
    const { stdout } = spawnSync(process.execPath, [main, 'screen', ...SHORT, ...measured], { encoding: 'utf8' });
    expect(stdout).toMatch(/req\/s +503 % +pool % +db % +stretch +measured\n +900 +\S+ +\S+ +\S+ +4 +\S+load\.record\n/);
    const other = spawnSync(process.execPath, [main, 'screen', ...SHORT, ...measured, '--set', 'pods.workers=60'], { encoding: 'utf8' });
    expect(other.stdout).toContain('load.record is left out: its pods.workers is 50, here 60.');
  });
});
