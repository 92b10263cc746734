import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createProcesses, type Processes, type ProcessesOptions } from './processes.ts';

const groups: Processes[] = [];
afterEach(() => Promise.all(groups.splice(0).map((group) => group.stop())));

function group(options: ProcessesOptions = {}): Processes {
  const made = createProcesses(options);
  groups.push(made);
  return made;
}

const spec = (does: string, more = {}) => ({
  name: does,
  module: new URL('./processes.test.child', import.meta.url),
  options: { does },
  ...more,
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('starts, tells where it listens, answers, and stops on SIGTERM', async () => {
  const child = await group().start(spec('runs'));
  expect(child.listening).toEqual({ does: 'runs' });
  expect(await Promise.all([child.ask('a'), child.ask('b')])).toEqual(['a!', 'b!']);
  await expect(child.ask('throw')).rejects.toThrow('runs: cannot say');
  expect(await child.stop()).toEqual({ code: 0, signal: null });
  expect(await child.stop()).toEqual({ code: 0, signal: null }); // once more harms nothing
  await expect(child.ask('a')).rejects.toThrow('runs has ended');
});

test('a question that ends the process is rejected', async () => {
  const child = await group().start(spec('runs'));
  await expect(child.ask('crash')).rejects.toThrow('runs has ended');
  expect(await child.exited).toEqual({ code: 7, signal: null });
});

test('a start that fails stops all, and says why', async () => {
  const all = group();
  const first = await all.start(spec('runs'));
  const failed = all.start(spec('fails'));
  await expect(failed).rejects.toThrow(/^fails ended with exit code 1 before it was ready; its last words:\n {2}Error: no luck today$/);
  expect(await first.exited).toEqual({ code: 0, signal: null });
  await expect(all.start(spec('runs'))).rejects.toThrow('all are stopping');
});

test('a start that takes too long fails', async () => {
  await expect(group().start(spec('says nothing', { readyWithinMs: 1000 }))).rejects.toThrow('says nothing is not ready after 1000 ms');
});

test('a module that does not exist fails', async () => {
  const nowhere = new URL('./nowhere', import.meta.url);
  await expect(group().start({ name: 'nowhere', module: nowhere, options: {} })).rejects.toThrow(
    /nowhere ended with exit code 1 before it was ready; [\s\S]*MODULE_NOT_FOUND/,
  );
});

test('bad options: every fault in one message', async () => {
  const wrong = { name: 'wrong', module: new URL('./processes.test.child', import.meta.url), options: { stops: 3, more: 1 } };
  await expect(group().start(wrong)).rejects.toThrow(/3 faults in the input:[\s\S]*does[\s\S]*stops/);
});

test('one that does not stop is killed', async () => {
  const child = await group({ stopWithinMs: 200 }).start(spec('runs', { options: { does: 'runs', stops: false } }));
  expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a child does not outlive its parent, however that ends', async () => {
  const module = new URL(`./processes.test.parent${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);
  const parent = fork(module, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [pid] = await once(parent, 'message');
  expect(alive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await expect.poll(() => alive(pid), { timeout: 20_000 }).toBe(false);
});

test('one that ends unasked breaks the group, whatever its exit code, and it says which and how', async () => {
  for (const [question, how] of [
    ['crash', 'ended with exit code 7'],
    ['leave', 'ended with exit code 0'],
  ] as const) {
    const all = group();
    const child = await all.start(spec('runs'));
    await expect(child.ask(question)).rejects.toThrow('runs has ended');
    await expect(all.broken).rejects.toThrow(`runs ${how}; it said nothing`);
  }
  const all = group();
  const child = await all.start(spec('runs'));
  process.kill(child.pid, 'SIGKILL');
  await expect(all.broken).rejects.toThrow('runs was ended by SIGKILL; it said nothing');
});

test('one that is ended on purpose, as by a planned fault, breaks nothing and can be started again', async () => {
  const all = group();
  let broken = false;
  void all.broken.catch(() => {
    broken = true;
  });
  await (await all.start(spec('runs'))).kill();
  await (await all.start(spec('runs'))).stop();
  const third = await all.start(spec('runs'));
  expect(await third.ask('a')).toBe('a!');
  expect(all.running()).toEqual([third]);
  await all.stop();
  expect({ broken, running: all.running() }).toEqual({ broken: false, running: [] });
});

test('what is suspended is killed when its time to stop is over, or at once', async () => {
  const all = group({ stopWithinMs: 500 });
  const [first, second] = await Promise.all([
    all.start(spec('runs')),
    all.start(spec('runs', { options: { does: 'runs', stops: false } })),
  ]);
  process.kill(first!.pid, 'SIGSTOP');
  await all.stop();
  expect(await Promise.all([first!.exited, second!.exited])).toEqual([
    { code: null, signal: 'SIGKILL' },
    { code: null, signal: 'SIGKILL' },
  ]);

  const others = group({ stopWithinMs: 2 ** 31 - 1 });
  const third = await others.start(spec('runs'));
  process.kill(third.pid, 'SIGSTOP');
  const stopping = others.stop();
  await others.kill();
  await stopping;
  expect(await third.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test("the terminal's signals do not reach it: it leads a process group of its own", async () => {
  const child = await group().start(spec('runs'));
  expect(Number(execFileSync('ps', ['-o', 'pgid=', '-p', `${child.pid}`], { encoding: 'utf8' }))).toBe(child.pid);
});
