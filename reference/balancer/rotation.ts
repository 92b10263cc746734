import { connect } from 'node:net';

/** The pods in turn, those that are down left out. */
export interface Rotation {
  /** The next pod that is up; undefined if all are down. */
  next(): URL | undefined;
  /** Takes a pod out to which no connection could be made, until one can be. */
  leave(pod: URL): void;
  up(): number;
  stop(): void;
}

const PROBE_EVERY_MS = 50; // real ms

/** How long a connection to a pod may take, real ms. The kernel accepts it for a pod that is up, whatever the pod is doing. */
export const CONNECT_WITHIN_MS = 3_000;

export function createRotation(pods: readonly URL[]): Rotation {
  const down = new Map<URL, NodeJS.Timeout>();
  let turn = 0;

  /** A connection that is closed at once: it asks nothing of the pod's workers. */
  function probe(pod: URL): void {
    const socket = connect(Number(pod.port), pod.hostname);
    socket.setTimeout(CONNECT_WITHIN_MS, () => socket.destroy(new Error('no connection in time')));
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
