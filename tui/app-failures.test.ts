import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { spawnInShell, spawnInTerminal } from './terminal/testing.ts';
import { ENDED, inFolder, isAsBefore, main, SHORT, SMALL } from './testing.ts';

/** The app where something goes wrong. */

const root = join(import.meta.dirname, '..');
const { path } = inFolder('failures');

describe('when something fails', () => {
  /** The app from its source, with options that no command line gives. */
  const program = (prelude: string) => `
    import { readOptions } from './tui/commands/options.ts';
    import { openApp } from './tui/shell/open-app.ts';
    const options = readOptions({ rates: '300', replications: '3', threads: '2', measure: '4s', warmup: '1s' });
    ${prelude}
    try {
      await openApp({ version: '0.1.0', program: { node: 'node', main: 'main.js' }, options, defaults: {} });
    } catch (error) {
      console.log('rejected: ' + error.message);
    }
  `;

  test.each([
    ['the sweep', "options.effort = { get precision() { throw new Error('no precision'); } };", 'no precision'],
    ['the drawing', "options.limit = { ...options.limit, read() { throw new Error('no reading'); } };", 'no reading'],
  ])('%s, the terminal is given back and the reason told', async (_, prelude, message) => {
    const app = spawnInShell(process.execPath, ['--input-type=module', '-e', program(prelude)], { cols: 100, rows: 40, cwd: root });
    await isAsBefore(app);
    expect(app.output()).toContain(`rejected: ${message}`);
  });

  test('nothing can be written, that is said and the app goes on', async () => {
    const app = spawnInTerminal('sh', ['-c', 'cd /proc && exec "$0" "$@"', process.execPath, main, 'screen', ...SHORT], SMALL);
    await app.shows(ENDED);
    app.write('e1');
    await app.shows(/not written: /);
    app.write('l');
    await app.shows(/▶.? +1200 /);
    app.write('q');
    expect(await app.exit).toBe(0);
  });

  test('measured files that are none are told at once, with everything else that is wrong', () => {
    writeFileSync(path('sweep.out'), '{ "command": "sweep" }');
    const { status, stderr } = spawnSync(
      process.execPath,
      [main, 'screen', '--measured', 'sweep.out', '--measured', 'nowhere.json', '--theme', 'pink', '--seed', 'x'],
      { cwd: path(), encoding: 'utf8' },
    );
    expect(status).toBe(2);
    for (const fault of ['--measured sweep.out: found a result of `mailsim sweep`', '--measured nowhere.json', '--theme', '--seed']) {
      expect(stderr).toContain(fault);
    }
  });
});
