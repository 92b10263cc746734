import { connect } from 'node:net';

/** The pods in turn, those that are down left out. */
export interface Rotation {
  /** The next pod that is up; undefined where all are down. */
  next(): URL | undefined;
  /** Takes a pod out that could not be reached, until it accepts a connection again. */
  leave(pod: URL): void;
  up(): number;
  stop(): void;
}

const PROBE_EVERY_MS = 50; // real ms

export function createRotation(pods: readonly URL[]): Rotation {
  const down = new Map<URL, NodeJS.Timeout>();
  let turn = 0;

  /** A connection that is closed at once: it asks nothing of the pod's workers. */
  function probe(pod: URL): void {
    const socket = connect(Number(pod.port), pod.hostname);
    socket.once('connect', () => {
      down.delete(pod);
      socket.destroy();
    });
    socket.once('error', () => wait(pod));
  }

  function wait(pod: URL): void {
    if (down.has(pod)) down.set(pod, setTimeout(probe, PROBE_EVERY_MS, pod)); // unless all has been stopped meanwhile
  }

  return {
    next() {
      for (let left = pods.length; left > 0; left--) {
        const pod = pods[turn]!;
        turn = (turn + 1) % pods.length;
        if (!down.has(pod)) return pod;
      }
      return undefined;
    },
    leave(pod) {
      if (!down.has(pod)) down.set(pod, setTimeout(probe, PROBE_EVERY_MS, pod));
    },
    up: () => pods.length - down.size,
    stop() {
      for (const timer of down.values()) clearTimeout(timer);
      down.clear();
    },
  };
}
