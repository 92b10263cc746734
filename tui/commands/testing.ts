import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { type Descendant, familyOf, isAlive } from '../../reference/harness/testing.ts';

// What the tests of the commands that start the real service share. `npm test` has built them.

const main = join(import.meta.dirname, '../../dist/tui/main.js');
const SMALL = ['--set', 'pods.count=2', '--set', 'database.connectionsPerPod=2', '--set', 'database.connections=4'];

/** The processes of a world, by their command lines. */
export const PARTS = {
  pod: /service\/main/,
  balancer: /balancer\/main/,
  isps: /isps\/main/,
  keeper: /postgres-keeper/,
  watch: /mailsim-watch/,
  server: /bin\/postgres -D/,
  backend: /^postgres: .* mailsim mailsim /,
  load: /load\/main/,
} as const;

export function pidOf(family: readonly Descendant[], part: keyof typeof PARTS): number {
  return family.find(({ command }) => PARTS[part].test(command))!.pid;
}

/** The shared memory of the server in a world's directory, by its lock file: none while it starts. */
function segmentOf(world: string): string[] {
  const file = join(world, 'data/postmaster.pid');
  const line = existsSync(file) ? readFileSync(file, 'utf8').split('\n')[6] : undefined;
  return line?.trim().split(/\s+/).slice(1) ?? [];
}

const isShared = (segment: string): boolean => new RegExp(`\\b${segment}\\b`).test(execFileSync('ipcs', ['-m'], { encoding: 'utf8' }));

/** Commands in worlds of their own, whose temporary directories are in one of the test's, which is empty before and gone after it. */
export function worlds() {
  let folder: string;
  const started: { readonly child: ChildProcess; readonly pids: readonly number[] }[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailsim-worlds-'));
    chmodSync(folder, 0o777); // the database is another user's if the test is root's
  });
  afterEach(() => {
    for (const { child, pids } of started.splice(0)) {
      for (const pid of [child.pid!, ...pids].filter(isAlive)) process.kill(pid, 'SIGKILL');
    }
    rmSync(folder, { recursive: true });
  });

  function mailsim(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [main, ...args, ...SMALL], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DATABASE_URL: '', TMPDIR: folder, ...env },
    });
    const it = { child, pids: [] as readonly number[], segments: [] as readonly string[] };
    started.push(it);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    const exited = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
    return {
      child,
      exited,
      output: () => output,
      /** Waits until it has said something, from a place in its output on; fails if it ends before. */
      async says(words: string, from = 0): Promise<void> {
        const said = () => new RegExp(words).test(output.slice(from));
        await vi.waitUntil(() => said() || child.exitCode !== null, { timeout: 60_000, interval: 50 });
        expect(output).toMatch(new RegExp(words));
      },
      /** Its processes; from then on they are known to the test. */
      family(): readonly Descendant[] {
        const family = familyOf(child.pid!);
        it.pids = family.map(({ pid }) => pid);
        it.segments = readdirSync(folder).flatMap((world) => segmentOf(join(folder, world)));
        return family;
      },
      /** Waits until no process, no file and no shared memory is left. */
      async nothingLeft(): Promise<void> {
        const isClear = () => !it.pids.some(isAlive) && readdirSync(folder).length === 0 && !it.segments.some(isShared);
        await vi.waitUntil(isClear, { timeout: 60_000, interval: 50 });
      },
    };
  }

  /** Starts `serve` and waits until it is ready. */
  async function serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const it = mailsim(['serve', ...args], env);
    await it.says('Ctrl-C');
    const [, url] = /service +(\S+)/.exec(it.output())!;
    const [, operations] = /documents +(\S+)\/openapi.json/.exec(it.output())!;
    return {
      ...it,
      send: (to: string, html = '<p>Hi</p>') =>
        fetch(`${url}/api/v1/emails`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ from: 'shop@example.com', to, subject: 'Hello', body_html: html }),
        }),
      /** Of the first pod. */
      operations: (path: string) => fetch(`${operations}${path}`),
    };
  }

  return { mailsim, serve };
}
