import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';
import type { Observer } from '../stations/moments.ts';
import type { Requests } from '../stations/requests.ts';

/** How long the latest replies of an ISP took, connect to final reply or deadline, ms. */
export interface Latency {
  /** How many they are. */
  readonly replies: number;
  readonly p50: number;
  readonly p99: number;
}

const MOST = 500; // replies of an ISP that are looked at: enough for a p99, few enough to sort in every frame
const RECENT_MS = 10_000; // and no older than this

/** Watches what each ISP's latest replies took. */
export function watchReplies({ clock, capacity, state }: Calendar, { isp }: Requests, { smtp }: Scenario) {
  const isps = smtp.isps.length;
  const begunMs = new Float64Array(capacity);
  const tookMs = new Float64Array(isps * MOST); // a ring for each ISP
  const repliedMs = state(new Float64Array(isps * MOST).fill(Number.NEGATIVE_INFINITY));
  const next = state(new Int32Array(isps));

  const observer: Observer = {
    deliveryBegun: (email) => {
      begunMs[email] = clock[0];
    },
    deliveryEnded: (email) => {
      const i = isp[email]!;
      const at = i * MOST + next[i]!;
      tookMs[at] = clock[0] - begunMs[email]!;
      repliedMs[at] = clock[0];
      next[i] = (next[i]! + 1) % MOST;
    },
  };

  /** Of each ISP, in the scenario's order; null where none has replied lately. */
  function read(): (Latency | null)[] {
    return Array.from({ length: isps }, (_, i) => {
      const from = i * MOST;
      const recent = tookMs.subarray(from, from + MOST).filter((_, at) => repliedMs[from + at]! > clock[0] - RECENT_MS);
      recent.sort();
      const at = (p: number) => recent[Math.ceil(p * recent.length) - 1]!;
      return recent.length === 0 ? null : { replies: recent.length, p50: at(0.5), p99: at(0.99) };
    });
  }

  return { observer, read };
}
