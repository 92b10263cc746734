import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { type Host, mainOf, type Trace } from '../play.ts';
import type { Program, Step } from '../program.ts';

/** One program on real Node under virtual time; see virtual-time.c for the commands. */

const CONTROL = 900; // descriptors, as in virtual-time.c
const FIRST_PIPE = 100;

interface PipeHandle {
  close(callback: () => void): void;
}

function handlesOf(step: Step): number {
  const own = step.kind === 'io' || step.kind === 'close' ? 1 : 0;
  return step.actions.reduce((sum, action) => sum + (action.do === 'schedule' ? handlesOf(action.step) : 0), own);
}

/** All pipes are opened beforehand, so that asking for I/O costs the loop nothing but a reference. */
function openPipes(count: number) {
  const callbacks: (() => void)[] = [];
  const sockets = Array.from({ length: count }, (_, pipe) => {
    const ready = (): boolean => {
      socket.unref();
      callbacks[pipe]!();
      return true;
    };
    const socket = new Socket({
      fd: FIRST_PIPE + pipe,
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
      writeSync(CONTROL, `R ${used++} ${delayNs}`);
    },
    close(callback: () => void): void {
      // the handle itself: Socket.destroy would put a tick of Node's own before the callback
      (sockets[used++] as unknown as { _handle: PipeHandle })._handle.close(callback);
    },
  };
}

function nowNs(): number {
  const [s, ns] = process.hrtime();
  return s * 1e9 + ns;
}

export function prepare(): () => void {
  const program = JSON.parse(process.env['PROGRAM']!) as Program;
  const trace: Trace = [];
  const host: Host<NodeJS.Timeout, NodeJS.Immediate> = {
    nowNs,
    burn: (ns) => writeSync(CONTROL, `B ${ns}`),
    setTimeout,
    setInterval,
    clearTimeout,
    refresh: (timer) => timer.refresh(),
    unref: (timer) => timer.unref(),
    setImmediate,
    clearImmediate,
    nextTick: process.nextTick,
    queueMicrotask,
    ...openPipes(handlesOf(program.main)),
  };
  process.on('exit', () => writeSync(1, JSON.stringify({ sleeps: writeSync(CONTROL, 'S'), trace })));
  return mainOf(program, host, trace);
}
