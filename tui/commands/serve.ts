import { setTimeout as pause } from 'node:timers/promises';
import { type PodCounters, readCounters } from '../../reference/harness/pod-counters.ts';
import type { World } from '../../reference/harness/world.ts';
import { grouped } from '../format.ts';
import type { Options } from './options.ts';
import { worldOptions } from './real-options.ts';
import { withWorld } from './with-world.ts';

const STATUS_EVERY_MS = 1000;
const CLEAR_LINE = '\r\x1b[K';

/** `mailsim serve`: starts the real service and the world around it, says where they are, and stays until Ctrl-C. */
export async function serveCommand(options: Options): Promise<void> {
  const world = worldOptions(options);
  await withWorld(world, async (started, over) => {
    process.stdout.write(introduction(started, world.stretch));
    await showStatus(started, over);
  });
  process.exitCode = 0; // Ctrl-C is how it is meant to end
}

function introduction({ url, pods, isps }: World, stretch: number): string {
  const domains = isps.listening.isps.map(({ domain }) => domain).join(', ');
  return [
    `service    ${url}`,
    `pods       ${pods.map((pod) => pod.url).join(' ')}`,
    `mail for   ${domains} (other domains have no mail exchanger here)`,
    `documents  ${pods[0]!.operationsUrl}/openapi.json ${pods[0]!.operationsUrl}/metrics`,
    ...(stretch === 1 ? [] : [`time       stretched ${stretch} times: every configured delay takes so many times as long`]),
    'Ctrl-C stops all of it.',
    '',
  ].join('\n');
}

/** A line a second on a terminal: occupancy, 503s and database use now. Elsewhere it only waits. */
async function showStatus({ pods }: World, over: AbortSignal): Promise<void> {
  const live = process.stderr.isTTY === true;
  let rejectedBefore = 0;
  while (!over.aborted) {
    if (live) {
      const counters = await Promise.all(pods.map((pod) => readCounters(pod).catch(() => null))); // a pod that is silent is told elsewhere
      const total = (pick: (pod: PodCounters) => number) => counters.reduce((sum, pod) => sum + (pod === null ? 0 : pick(pod)), 0);
      const [busy, connections, rejected] = [
        total((pod) => pod.workersBusy),
        total((pod) => pod.connectionsBusy),
        total((pod) => pod.rejected),
      ];
      const perPod = counters.map((pod) => pod?.workersBusy ?? '?').join(' ');
      process.stderr.write(
        `${CLEAR_LINE}workers busy ${busy} (${perPod})  503s ${grouped(rejected)} (+${rejected - rejectedBefore})  database connections busy ${connections}`,
      );
      rejectedBefore = rejected;
    }
    await pause(STATUS_EVERY_MS, undefined, { signal: over }).catch(() => {});
  }
  if (live) process.stderr.write(CLEAR_LINE);
}
