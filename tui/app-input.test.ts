import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { descendants } from '../reference/harness/testing.ts';
import { CTRL_C, type ProgramInTerminal, spawnInTerminal, type TerminalSize } from './terminal/testing.ts';
import { ENDLESS, ESCAPE, inFolder, isAsBefore, main, SMALL } from './testing.ts';

/** What comes to the app from its terminal beside keys: stops, other sizes, pastes, replies, reports. */

const { open, path } = inFolder('input');
const CTRL_Z = '\x1a';
const GIVEN_BACK = { alternate: false, cursor: true, paste: false };
const TAKEN = { alternate: true, cursor: false, paste: true };

/** A shell with job control, as a person has it, in which the app was just started. */
async function starting(): Promise<ProgramInTerminal> {
  writeFileSync(path('inputrc'), 'set enable-bracketed-paste off\n'); // what the app switched is to be seen, not what the shell did
  const env = { PS1: 'ready> ', INPUTRC: path('inputrc') };
  const shell = spawnInTerminal('bash', ['--norc', '-i'], { ...SMALL, cwd: path(), env });
  await shell.shows(/ready>/);
  shell.write(`'${process.execPath}' '${main}' screen ${ENDLESS.join(' ')}\r`);
  return shell;
}

async function inShell(): Promise<ProgramInTerminal> {
  const shell = await starting();
  await shell.shows(/▶.* \? help/s);
  return shell;
}

/** Waits until all of a window of this size is drawn. */
async function fills(app: ProgramInTerminal, { cols, rows }: TerminalSize, last = /q quit $/): Promise<void> {
  await app.shows(last);
  await expect.poll(() => app.lines().map((line) => line.length)).toEqual(new Array(rows).fill(cols));
}

async function leave(shell: ProgramInTerminal): Promise<void> {
  shell.write(CTRL_C);
  await expect.poll(() => shell.modes()).toEqual(GIVEN_BACK);
  shell.write('echo again $((40 + 2))\r'); // the shell reads lines as before
  await shell.shows(/again 42/);
  shell.write('exit\r');
  await shell.exit;
}

describe('Ctrl-Z', () => {
  test('gives the terminal back, and after fg the app is there, with its keys', async () => {
    const shell = await inShell();
    expect(shell.modes()).toEqual(TAKEN);
    shell.write('g');
    await shell.shows(/▶ +300 /);
    shell.write(CTRL_Z);
    await shell.shows(/Stopped/);
    expect(shell.modes()).toEqual(GIVEN_BACK);
    shell.write('fg\r');
    await shell.shows(/▶ +300 /);
    expect(shell.modes()).toEqual(TAKEN);
    shell.write('l');
    await shell.shows(/▶ +600 /);
    await leave(shell);
  });

  test.each([
    ['at the prompt', '/work', /\/work_/],
    ['over the help', '?', /EVERYWHERE/],
    ['over the export', 'e', /export what is on the screen/],
    ['inside a run', '\r', /Space play/],
  ])('works %s, and what was there is there again, in the size that the window has by then', async (_, keys, seen) => {
    const shell = await inShell();
    shell.write(keys);
    await shell.shows(seen);
    for (const [cols, rows] of [
      [120, 40],
      [70, 20],
    ] as const) {
      shell.write(CTRL_Z);
      await shell.shows(/Stopped/);
      expect(shell.modes()).toEqual(GIVEN_BACK);
      shell.resize(cols, rows);
      shell.write('clear; fg\r');
      await fills(shell, { cols, rows }, seen);
    }
    await leave(shell);
  });

  test('works in a window that is too small, and twice in one go', async () => {
    const shell = await inShell();
    shell.resize(50, 10);
    await shell.shows(/^needs 60×16/);
    shell.write(CTRL_Z + CTRL_Z);
    await shell.shows(/Stopped/);
    shell.resize(SMALL.cols, SMALL.rows);
    shell.write('clear; fg\r');
    await fills(shell, SMALL);
    await leave(shell);
  });

  test('where no shell could let the app go on does not stop it', async () => {
    const app = spawnInTerminal(process.execPath, [main, 'screen', ...ENDLESS], { ...SMALL, cwd: path() });
    await app.shows(/▶/);
    app.write(CTRL_Z);
    await app.shows(/not suspended: there is no shell that could go on with it/);
    expect(app.modes()).toEqual(TAKEN);
    app.write('g');
    await app.shows(/▶ +300 /);
    app.write(CTRL_C);
    expect(await app.exit).toBe(0);
  });
});

describe('a stop from outside', () => {
  test.each(['SIGTSTP', 'SIGSTOP'] as const)(
    'by %s is survived, with another size and settings that the shell has put back',
    async (signal) => {
      const shell = await inShell();
      const [pid] = descendants(shell.pid);
      process.kill(pid!, signal);
      await shell.until(/Stopped/);
      if (signal === 'SIGTSTP') await expect.poll(() => shell.modes()).toEqual(GIVEN_BACK);
      shell.resize(100, 30);
      shell.write('stty sane; clear; fg\r');
      await fills(shell, { cols: 100, rows: 30 });
      expect(shell.modes()).toEqual(TAKEN);
      shell.write('g'); // comes without Enter, and without echo
      await shell.shows(/▶ +300 /);
      await leave(shell);
    },
  );

  test('while it starts is survived as well', async () => {
    const shell = await starting();
    await expect.poll(() => descendants(shell.pid).length, { interval: 1 }).toBeGreaterThan(0);
    shell.write(CTRL_Z);
    await shell.shows(/Stopped/);
    shell.resize(100, 30);
    shell.write('clear; fg\r');
    await fills(shell, { cols: 100, rows: 30 });
    await leave(shell);
  });
});

describe('a pasted text', () => {
  const pasted = (text: string) => `${ESCAPE}[200~${text}${ESCAPE}[201~`;

  test('goes into the prompt without its line ends, and starts nothing', async () => {
    const app = open(ENDLESS);
    await app.shows(/▶/);
    app.write('/');
    await app.shows(/\/_/);
    app.write(pasted('pods.wor\rkers=6\x03\x1a\x1b0\r\n'));
    await app.shows(/\/pods\.workers=60_/);
    await app.shows(/✓ pods\.workers +50 → 60/);
    app.write('\r');
    await app.shows(/naive 5×60/);
    app.write(CTRL_C);
    await isAsBefore(app);
  });

  test.each([
    ['over the sweep', '', /▶/],
    ['over the export', 'e', /export what is on the screen/],
    ['inside a run', '\r', /busy +503\/s/],
  ])('%s presses no key', async (_, keys, seen) => {
    const app = open(ENDLESS);
    await app.shows(/▶/);
    app.write(keys);
    await app.shows(seen);
    app.write(pasted('q\rq\n\x03\x1bq\x1b[Dq'));
    await app.shows(/pasted text is for the prompt: \/ opens it/);
    await app.shows(seen);
    app.write(CTRL_C);
    await isAsBefore(app);
  });

  test('that is too long is refused whole, and 1 MB of it is soon read', async () => {
    const app = open(ENDLESS);
    await app.shows(/▶/);
    app.write('/');
    await app.shows(/\/_/);
    app.write(pasted('pods.workers=60\r'.repeat(65_536)));
    await app.shows(/longer than the 10,000 characters/);
    app.write('seed');
    await app.shows(/\/seed_/);
    app.write(CTRL_C);
    await isAsBefore(app);
  });

  test('whose end never comes presses no key either, and keys work again after it', async () => {
    const app = open(ENDLESS);
    await app.shows(/▶/);
    app.write(`${ESCAPE}[200~q\rq`);
    await app.shows(/pasted text is for the prompt/);
    app.write(CTRL_C);
    await isAsBefore(app);
  });
});

test('reports, replies, keys of other protocols and keys with Alt are no letters', async () => {
  const app = open(ENDLESS);
  await app.shows(/▶/);
  app.write('/');
  await app.shows(/\/_/);
  for (const sequence of ['[<0;10;20M', '[M q!', '[I', '[O', '[113u', '[113;5u', 'OP', '[1;2P', ']11;rgb:1111/2222/3333\x07', 'q', '[24~'])
    app.write(ESCAPE + sequence);
  app.write('é字'); // which come as five bytes
  await app.shows(/\/é字_/);
  app.write(CTRL_C);
  await isAsBefore(app);
});

test('a character that comes in two chunks is one', async () => {
  const app = open(ENDLESS);
  await app.shows(/▶/);
  app.write('/');
  await app.shows(/\/_/);
  const [first, second] = Buffer.from('é');
  app.write(Buffer.of(first!));
  app.resize(100, 30);
  await fills(app, { cols: 100, rows: 30 }, /\/_/); // it has had the time to read it
  app.write(Buffer.of(second!));
  await app.shows(/\/é_/);
  app.write(CTRL_C);
  await isAsBefore(app);
});
