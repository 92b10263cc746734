import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { isAlive } from '../reference/harness/testing.ts';
import { PARTS, pidOf, worlds } from './commands/testing.ts';

/** What `serve` and `load` do when a part of the world is killed or suspended, and how they end. */

const { mailsim, serve } = worlds();

test.each([
  ['pod', /pod-\d was ended by SIGKILL/],
  ['balancer', /balancer was ended by SIGKILL; it said nothing/],
  ['isps', /isps was ended by SIGKILL; it said nothing/],
  ['keeper', /PostgreSQL was ended by SIGKILL; its last words:\n[\s\S]*ready to accept connections/],
  ['watch', /PostgreSQL ended with exit code 1; its last words:\n[\s\S]*the shell that watches over it has ended/],
  ['server', /PostgreSQL ended with exit code 1; its last words:\n[\s\S]*its server was ended by SIGKILL/],
  ['backend', /PostgreSQL ended with exit code 1; its last words:\n[\s\S]*terminated by signal 9/],
] as const)('SIGKILL of %s ends serve, which says so, and nothing is left', async (part, words) => {
  const { family, exited, output, nothingLeft } = await serve();
  process.kill(pidOf(family(), part), 'SIGKILL');
  expect(await exited).toBe(1);
  expect(output()).toMatch(words);
  expect(output().match(/mailsim: .* (was ended|ended with|has ended|does not answer)/g)).toHaveLength(1); // one death, told once
  await nothingLeft();
});

test.each([
  ['alone', []],
  ['with its keeper', ['keeper']],
  ['with the shell that watches over the keeper', ['watch']],
] as const)('SIGKILL of serve itself, %s, leaves nothing', async (_, others) => {
  const { child, family, exited, nothingLeft } = await serve();
  const parts = family();
  for (const pid of [child.pid!, ...others.map((part) => pidOf(parts, part))]) process.kill(pid, 'SIGKILL');
  expect(await exited).toBe('SIGKILL');
  await nothingLeft();
});

test('what is suspended is told, and told to be well when it goes on', async () => {
  const { child, family, output, says, exited, nothingLeft } = await serve();
  const parts = family();
  for (const [suspended, names, words] of [
    [['pod', 'balancer', 'isps', 'keeper'], ['pod-', 'balancer', 'isps', 'PostgreSQL'], 'no answer'],
    [['server', 'backend'], ['PostgreSQL'], '2 of its processes are suspended'],
  ] as const) {
    const pids = suspended.map((part) => pidOf(parts, part));
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    for (const name of names) await says(`mailsim: .*${name}.*: ${words}`);
    const from = output().length;
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    for (const name of names) await says(`mailsim: .*${name}.*: well again`, from);
  }
  child.kill('SIGSTOP');
  await pause(7000); // longer than what it takes for a part's silence
  child.kill('SIGCONT');
  await says('mailsim: did not run for \\d+ s');
  child.kill('SIGINT');
  expect(await exited).toBe(0);
  await nothingLeft();
});

test.each([
  ['SIGINT', []],
  ['SIGTERM', []],
  ['SIGHUP', []],
  ['SIGINT', ['pod', 'balancer', 'isps', 'keeper', 'server', 'backend', 'watch']],
] as const)('%s ends serve while sends hang and %j are suspended; nothing is left', async (signal, suspended) => {
  const { child, send, operations, family, exited, nothingLeft } = await serve();
  const parts = family();
  const hanging = Array.from({ length: 10 }, () => send('x+reply=hang@gmail.test').catch(() => null));
  await vi.waitUntil(async () => /^emails_workers_busy 5$/m.test(await (await operations('/metrics')).text()), { timeout: 60_000 });
  for (const part of suspended) process.kill(pidOf(parts, part), 'SIGSTOP');
  child.kill(signal);
  expect(await exited).toBe(0);
  await Promise.all(hanging);
  await nothingLeft();
});

test('a second Ctrl-C kills what the first one waits for, and nothing is left', async () => {
  const { child, family, exited, nothingLeft } = await serve();
  const parts = family();
  for (const part of ['pod', 'keeper', 'server'] as const) process.kill(pidOf(parts, part), 'SIGSTOP');
  child.kill('SIGINT');
  await vi.waitUntil(() => !isAlive(pidOf(parts, 'balancer')), { timeout: 60_000 }); // what is not suspended heeds the first
  child.kill('SIGINT');
  expect(await exited).toBe(0);
  await nothingLeft();
});

test.each([/postgres-keeper/, /initdb/, /service\/main/])('Ctrl-C while %s starts leaves nothing', async (part) => {
  const { child, family, exited, nothingLeft } = mailsim(['serve']);
  await vi.waitUntil(() => family().some(({ command }) => part.test(command)), { timeout: 60_000, interval: 10 });
  child.kill('SIGINT');
  expect(await exited).toBe(0);
  await nothingLeft();
});

test.each([
  ['load', /load was ended by SIGKILL/],
  ['pod', /pod-\d was ended by SIGKILL/],
  ['server', /its server was ended by SIGKILL/],
] as const)('SIGKILL of %s ends load, which names it', async (part, words) => {
  const { family, exited, output, nothingLeft } = mailsim(['load', '--rate', '20', '--measure', '600s']);
  await vi.waitUntil(() => family().some(({ command }) => PARTS.load.test(command)), { timeout: 60_000 });
  process.kill(pidOf(family(), part), 'SIGKILL');
  expect(await exited).toBe(1);
  expect(output()).toMatch(words);
  expect(output().match(/mailsim: .* (was ended|ended with|has ended|does not answer)/g)).toHaveLength(1); // one death, told once
  await nothingLeft();
});
