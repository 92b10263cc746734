import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { type Call, type Host, mainOf, type Trace } from '../play.ts';
import type { Program, Step } from '../program.ts';
import { type Clock, nowNs } from './clock.ts';
import { realClock } from './real-clock.ts';
import { virtualClock } from './virtual-clock.ts';

/** One program on real Node. */

interface PipeHandle {
  close(callback: () => void): void;
}

function handlesOf(step: Step): number {
  const own = step.kind === 'io' || step.kind === 'close' ? 1 : 0;
  return step.actions.reduce((sum, action) => sum + (action.do === 'schedule' ? handlesOf(action.step) : 0), own);
}

/** All pipes are opened beforehand, so that asking for I/O costs the loop nothing but a reference. */
function openPipes(clock: Clock, count: number) {
  const callbacks: (() => void)[] = [];
  const sockets = Array.from({ length: count }, (_, pipe) => {
    const ready = (): boolean => {
      socket.unref();
      callbacks[pipe]!();
      return true;
    };
    const socket = new Socket({
      fd: clock.firstPipe + pipe,
      readable: true,
      writable: false,
      onread: { buffer: Buffer.alloc(8), callback: ready },
    });
    return socket.unref();
  });
  let used = 0;
  return {
    expectIo(delayNs: number, callback: () => void): void {
      callbacks[used] = callback;
      sockets[used]!.ref();
      clock.announce(used++, delayNs);
    },
    close(callback: () => void): void {
      // the handle itself: Socket.destroy would put a tick of Node's own before the callback
      (sockets[used++] as unknown as { _handle: PipeHandle })._handle.close(callback);
    },
  };
}

/** The same host; what each call took is noted, of burns what they took beyond their time, in ns. */
function timed<Timer, Immediate>(host: Host<Timer, Immediate>, callsNs: [Call, number][]): Host<Timer, Immediate> {
  const calls = Object.entries(host as unknown as Record<Call, (first: unknown, second: unknown) => unknown>);
  const noting = calls.map(([name, call]) => [
    name,
    (first: unknown, second: unknown) => {
      const fromNs = nowNs();
      const result = call(first, second);
      callsNs.push([name as Call, nowNs() - fromNs - (name === 'burn' ? (first as number) : 0)]);
      return result;
    },
  ]);
  return { ...Object.fromEntries(noting), nowNs: host.nowNs } as Host<Timer, Immediate>;
}

export function prepare(): () => void {
  const { env } = process;
  const program = JSON.parse(env['PROGRAM']!) as Program;
  const clock = env['VIRTUAL_START'] === undefined ? realClock : virtualClock;
  const trace: Trace = [];
  const host: Host<NodeJS.Timeout, NodeJS.Immediate> = {
    nowNs,
    burn: clock.burn,
    setTimeout,
    setInterval,
    clearTimeout,
    refresh: (timer) => timer.refresh(),
    unref: (timer) => timer.unref(),
    setImmediate,
    clearImmediate,
    nextTick: process.nextTick,
    queueMicrotask,
    ...openPipes(clock, handlesOf(program.main)),
  };
  const callsNs: [Call, number][] | undefined = env['TIMED'] === undefined ? undefined : [];
  process.on('exit', () => writeSync(1, JSON.stringify({ sleeps: clock.sleeps(), trace, callsNs })));
  return mainOf(program, callsNs === undefined ? host : timed(host, callsNs), trace);
}
