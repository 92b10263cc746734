import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../testing.ts';

/** What `--out` and its like do to what is there already: the built program, in processes of its own. */

const RUN = ['run', '--measure', '1s', '--warmup', '0s', '--format', 'json'];
const isRoot = process.getuid?.() === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(path(name), 'utf8');
const points = (json: string) => JSON.parse(json).points.length;

function mailsim(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
}

/** In a shell, where `mailsim` is the program. */
function shell(script: string): SpawnSyncReturns<string> {
  const program = `mailsim() { '${process.execPath}' '${main}' "$@"; }`;
  return spawnSync('bash', ['-c', `${program}; ${script}`], { cwd: folder, encoding: 'utf8' });
}

const run = RUN.join(' ');

describe('a plain file', () => {
  test('is replaced whole, and keeps its mode', () => {
    writeFileSync(path('x.json'), 'old');
    chmodSync(path('x.json'), 0o640);
    expect(mailsim(...RUN, '--out', 'x.json')).toMatchObject({ status: 0, stdout: '' });
    expect(points(text('x.json'))).toBe(1);
    expect(statSync(path('x.json')).mode & 0o7777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['x.json']);
  });

  test.runIf(isRoot)('keeps its owner', () => {
    writeFileSync(path('x.json'), 'old');
    chownSync(path('x.json'), 1234, 2345);
    expect(mailsim(...RUN, '--out', 'x.json').status).toBe(0);
    expect(statSync(path('x.json'))).toMatchObject({ uid: 1234, gid: 2345 });
    expect(points(text('x.json'))).toBe(1);
  });

  test('a new one has the mode that the shell gives new files', () => {
    expect(shell(`umask 027; mailsim ${run} --out x.json`).status).toBe(0);
    expect(statSync(path('x.json')).mode & 0o7777).toBe(0o640);
  });

  test('a file of the person’s own that is named like an unfinished one stays', () => {
    writeFileSync(path('x.json.part'), 'mine');
    expect(mailsim(...RUN, '--out', 'x.json', '--trace', 'x.ndjson').status).toBe(0);
    expect(text('x.json.part')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['x.json', 'x.json.part', 'x.ndjson']);
  });

  test('of two names keeps both', () => {
    writeFileSync(path('a'), 'old and longer than nothing');
    linkSync(path('a'), path('b'));
    expect(mailsim(...RUN, '--out', 'a').status).toBe(0);
    expect(points(text('b'))).toBe(1);
    expect(statSync(path('a')).ino).toBe(statSync(path('b')).ino);
  });

  test('with a name as long as a name can be', () => {
    const long = 'x'.repeat(255);
    expect(mailsim(...RUN, '--out', long).status).toBe(0);
    expect(points(text(long))).toBe(1);
  });
});

describe.runIf(!isRoot)('what cannot be replaced', () => {
  test('is written in place in a folder that takes no new files', () => {
    mkdirSync(path('closed'));
    writeFileSync(path('closed/x'), 'old');
    const { ino } = statSync(path('closed/x'));
    chmodSync(path('closed'), 0o555);
    expect(mailsim(...RUN, '--out', 'closed/x').status).toBe(0);
    expect(mailsim(...RUN, '--out', 'closed/new').stderr).toContain('--out: found "closed/new" (permission denied)');
    chmodSync(path('closed'), 0o755);
    expect(points(text('closed/x'))).toBe(1);
    expect(statSync(path('closed/x')).ino).toBe(ino);
  });

  test('is bad input if it is protected', () => {
    writeFileSync(path('x'), 'mine');
    chmodSync(path('x'), 0o444);
    expect(mailsim(...RUN, '--out', 'x').stderr).toContain('--out: found "x" (permission denied)');
    expect(text('x')).toBe('mine');
  });
});

describe('links', () => {
  test('are followed, over several and into other folders', () => {
    mkdirSync(path('far'));
    writeFileSync(path('far/x.json'), 'old');
    symlinkSync('far/x.json', path('second'));
    symlinkSync('second', path('first'));
    expect(mailsim(...RUN, '--out', 'first').status).toBe(0);
    expect(points(text('far/x.json'))).toBe(1);
    expect(lstatSync(path('first')).isSymbolicLink()).toBe(true);
    expect(readdirSync(path('far'))).toEqual(['x.json']);
  });

  test('to a file that is not there yet make it', () => {
    symlinkSync('later', path('link'));
    expect(mailsim(...RUN, '--out', 'link').status).toBe(0);
    expect(points(text('later'))).toBe(1);
    expect(lstatSync(path('link')).isSymbolicLink()).toBe(true);
  });

  test('in a circle are bad input', () => {
    symlinkSync('b', path('a'));
    symlinkSync('a', path('b'));
    const { status, stderr } = mailsim(...RUN, '--out', 'a');
    expect(status).toBe(2);
    expect(stderr).toContain('--out: found "a" (too many symbolic links), allowed: a file that can be written');
  });
});

describe('what is no file', () => {
  test.runIf(existsSync('/dev/null'))('a device stays one', () => {
    const script = isRoot
      ? `mknod null c 1 3; mailsim ${run} --out null; stat -c %F null`
      : `mailsim ${run} --out /dev/null; stat -c %F /dev/null`;
    expect(shell(script)).toMatchObject({
      status: 0,
      stdout: 'character special file\n',
      stderr: expect.not.stringContaining('could not'),
    });
  });

  test('a FIFO is written to, and its reader gets all', () => {
    const { stdout, status } = shell(`mkfifo pipe; cat pipe & mailsim ${run} --out pipe && wait && stat -c %F pipe`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nfifo\n$/);
    expect(points(stdout.replace('fifo\n', ''))).toBe(1);
  });

  test('the pipe of a process substitution too', () => {
    expect(points(shell(`mailsim ${run} --out >(cat > copy); while [ ! -s copy ]; do sleep 0.05; done; sleep 0.2; cat copy`).stdout)).toBe(
      1,
    );
  });

  test('/dev/stdout is stdout: what is there already stays, what comes after follows', () => {
    for (const name of ['/dev/stdout', '/dev/fd/1', '-']) {
      shell(`{ echo before; mailsim ${run} --out ${name}; echo after; } > all`);
      const [, first, json, last] = /^(before\n)([\s\S]*)(after\n)$/.exec(text('all')) ?? [];
      expect([first, last]).toEqual(['before\n', 'after\n']);
      expect(points(json!)).toBe(1);
    }
    shell(`exec 3> third; echo before >&3; mailsim ${run} --out /dev/fd/3; echo after >&3`);
    expect(points(text('third').replace('before\n', '').replace('after\n', ''))).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['all', 'third']);
  });

  test('a folder, a socket and a place that is not there are bad input, all at once', async () => {
    const server = createServer().listen(path('socket'));
    await once(server, 'listening');
    mkdirSync(path('sub'));
    const { status, stderr, stdout } = mailsim(...RUN, '--out', 'sub', '--trace', 'nowhere/trace');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--out: found "sub" (a folder)');
    expect(stderr).toContain('--trace: found "nowhere/trace" (no such file or directory)');
    expect(mailsim(...RUN, '--out', 'socket').stderr).toContain('--out: found "socket" (a socket)');
    expect(mailsim('workload', '--out', 'new/').stderr).toContain('--out: found "new/" (a folder)');
    server.close();
  });

  test.runIf(isRoot)('a disk is bad input', () => {
    const { stderr, status } = shell(`mknod disk b 7 250; mailsim ${run} --out disk`);
    expect(status).toBe(2);
    expect(stderr).toContain('--out: found "disk" (a disk)');
  });
});

describe('a write that fails', () => {
  test.each([
    [`mailsim ${run} > /dev/full`, 'could not write to stdout (no space left on device)'],
    [`mailsim sweep --rates 100 --replications 2 --measure 1s > /dev/full`, 'could not write to stdout (no space left on device)'],
    ['mailsim workload --measure 1s > /dev/full', 'could not write to stdout (no space left on device)'],
    ['mailsim --help > /dev/full', 'could not write to stdout (no space left on device)'],
    [`ulimit -f 1; mailsim ${run} > all`, 'could not write to stdout (file too large)'], // of which the first KiB fits
    ['mailsim workload --measure 1s --out /dev/full', 'could not write /dev/full (no space left on device)'],
  ])('%s is told', (script, message) => {
    const { status, stderr } = shell(script);
    expect(stderr).toContain(`mailsim: ${message}\n`);
    expect(status).toBe(1);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('leaves the file as it was, nothing beside it, and the result on stdout', () => {
    writeFileSync(path('x.json'), 'old');
    const { status, stderr, stdout } = shell(`ulimit -f 1; mailsim ${run} --out x.json --trace trace.ndjson`);
    expect(status).toBe(1);
    expect(stderr).toContain('could not write x.json (file too large); the result is on stdout');
    expect(stderr).toContain('could not write trace.ndjson (file too large)');
    expect(points(stdout)).toBe(1);
    expect(text('x.json')).toBe('old');
    expect(readdirSync(folder)).toEqual(['x.json']);
  });

  test('a reader that has gone is no failure of a command, a full stderr none of its result', () => {
    for (const command of [run, 'workload --measure 10s', 'run --rate 1 --measure 20000s --warmup 0s --format json']) {
      expect(shell(`set -o pipefail; mailsim ${command} | head -c 1 > /dev/null`)).toMatchObject({ status: 0 });
    }
    const { status, stdout } = shell(`mailsim ${run} 2> /dev/full`);
    expect(status).toBe(0);
    expect(points(stdout)).toBe(1);
  });
});

describe('a command that is ended', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s leaves nothing of what is unfinished', async (signal) => {
    writeFileSync(path('plan'), 'old');
    for (const args of [
      ['workload', '--measure', '100h', '--out', 'plan'],
      ['run', '--measure', '100h', '--warmup', '0s', '--trace', 'plan', '--out', 'out'],
    ]) {
      const child = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('exit', resolve));
      while (!readdirSync(folder).some((file) => file.endsWith('.part') && statSync(path(file)).size > 0)) await pause(5); // until it writes
      child.kill(signal);
      const traced = args[0] === 'run'; // what is there so far is a result
      expect(await ended).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      expect(readdirSync(folder)).toEqual(traced ? ['out', 'plan'] : ['plan']);
      if (!traced) expect(text('plan')).toBe('old');
    }
  });
});

describe('two uses of one file are bad input', () => {
  test('written twice, by whatever name', () => {
    symlinkSync('x', path('link'));
    for (const other of ['x', './x', 'link', `${folder}/x`]) {
      const { status, stderr } = mailsim(...RUN, '--out', 'x', '--trace', other);
      expect(stderr).toContain(`--trace: found ${JSON.stringify(other)}, which --out writes, allowed: a file of its own`);
      expect(status).toBe(2);
    }
    expect(mailsim(...RUN, '--out', '/dev/null', '--trace', '/dev/null').status).toBe(0);
  });

  test('written and read', () => {
    writeFileSync(path('s.json'), '{"smtp":{"isps":"isps.json"}}');
    writeFileSync(path('isps.json'), '[{"name":"a","share":1,"latencyMs":{"kind":"constant","valueMs":5}}]');
    writeFileSync(path('plan'), '');
    for (const [out, ...args] of [
      ['s.json', '--scenario', 's.json'],
      ['isps.json', '--scenario', 's.json'],
      ['isps.json', '--set', 'smtp.isps=isps.json'],
      ['plan', '--workload', 'plan'],
    ] as const) {
      const { status, stderr } = mailsim(...RUN, ...args, '--out', out);
      expect(stderr).toContain(`--out: found "${out}", which is read, allowed: a file of its own`);
      expect(status).toBe(2);
    }
    expect(text('s.json')).toContain('smtp');
  });
});
