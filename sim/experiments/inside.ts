import type { Scenario } from '../../fixtures/schema.ts';
import { assemble, type Observe } from '../architectures/simulation.ts';
import type { Calendar } from '../engine/calendar.ts';
import { type Dots, type PodSecond, SPAN_MS, watchHistory, watchPods } from '../metrics/history.ts';
import { type Latency, watchReplies } from '../metrics/replies.ts';
import { type TraceEntry, traceMoments } from '../metrics/trace.ts';
import { type Trouble, watchTroubles } from '../metrics/troubles.ts';
import { type WatchedWorkers, type WorkerWatch, watchWorkers } from '../metrics/workers.ts';
import type { Observer } from '../stations/moments.ts';
import type { Workload } from '../workload/workload.ts';

/** What of a run is looked at. */
export interface View {
  /** The pods whose workers are looked at, one by one: from one to another, that one left out. */
  readonly fromPod: number;
  readonly toPod: number;
  /** How many dots the figures in time have at most, and of how many spans each is. */
  readonly dots: number;
  readonly spansPerDot: number;
}

/** A run at an instant. All of it is copied: the run goes on without it. */
export interface Snapshot {
  readonly atMs: number;
  /** Events so far. */
  readonly events: number;
  /** Workers at each place (`placesOf`), all pods together. */
  readonly byPlace: Int32Array;
  /** How many of them are late (`WorkerWatch`); null where there are too many to keep apart. */
  readonly lateByPlace: Int32Array | null;
  /** Of each pod: its busy workers, and what it did in the latest second. */
  readonly busy: Int32Array;
  readonly second: PodSecond;
  readonly fromPod: number;
  /** The workers of the pods that were asked for; null where there are too many to keep apart. */
  readonly workers: WatchedWorkers | null;
  /** Of each ISP: its latest replies; null where there are none. */
  readonly isps: readonly (Latency | null)[];
  readonly dots: Dots;
  readonly troubles: readonly Trouble[];
  /** What happened in the event that was stepped over; empty where the run went on otherwise. */
  readonly stepped: readonly SteppedMoment[];
}

/** A moment of a single event, with the worker that the request holds. */
export interface SteppedMoment extends TraceEntry {
  readonly worker: number | null;
  readonly isp: string | null;
}

/** A run that can be looked into at any instant: it goes forth, by time or by a single event, and begins anew. */
export interface Session {
  /** Where the run is, ms. */
  atMs(): number;
  /** Begins anew at time 0, where nothing has happened yet. */
  restart(): void;
  /** Goes on to an instant, ms, that is not in the past: all that happens up to it, the instant included, has happened. */
  advance(untilMs: number): void;
  /** Goes on by one event if there is one by that instant; says whether there was. */
  step(untilMs: number): boolean;
  read(view: View): Snapshot;
}

const SPANS_PER_TENTH = 100 / SPAN_MS;

/**
 * Assembles a run to look into: replication 0 of a sweep under this seed at this rate, or one that serves a recorded workload. What is read
 * at an instant does not depend on how the run came there, in one go or in steps, nor on how often it was read.
 */
export function openSession(
  scenario: Scenario,
  { seed, ratePerSecond }: { readonly seed: number; readonly ratePerSecond: number },
  workload?: Workload,
): Session {
  const { smtp } = scenario;
  let clock!: Calendar['clock'];
  let workers!: WorkerWatch;
  let replies!: ReturnType<typeof watchReplies>;
  let troubles!: ReturnType<typeof watchTroubles>;
  let history!: ReturnType<typeof watchHistory>;
  let pods!: ReturnType<typeof watchPods>;
  let stepping = false;
  let stepped: SteppedMoment[] = [];

  const observe: Observe = (calendar, requests) => {
    clock = calendar.clock;
    workers = watchWorkers(calendar, requests, scenario);
    replies = watchReplies(calendar, requests, scenario);
    troubles = watchTroubles(calendar, requests, scenario);
    history = watchHistory(calendar, requests, scenario);
    pods = watchPods(calendar, requests, scenario);
    let present = 0; // the request whose moment is told
    const trace = traceMoments(calendar, requests, (entry) => {
      const isp = entry.kind === 'send' ? smtp.isps[requests.isp[present]!]!.name : null;
      stepped.push({ ...entry, worker: entry.pod === undefined ? null : workers.workerOf(present), isp });
    });
    const whileStepping = Object.fromEntries(
      Object.entries(trace).map(([moment, look]) => [
        moment,
        (request: number) => {
          if (!stepping) return;
          present = request;
          look(request);
        },
      ]),
    ) as Observer;
    return [...[workers, replies, troubles, history, pods].map(({ observer }) => observer), whileStepping];
  };
  const simulation = assemble(scenario, [observe], workload);
  let spans = 0;
  restart();

  function restart(): void {
    simulation.restart(`${seed}/0`, ratePerSecond);
    history.restart();
    troubles.restart();
    spans = 0;
    stepped = [];
  }

  const spanEndMs = () => (spans + 1) * SPAN_MS;

  function endSpan(): void {
    simulation.runUntil(spanEndMs());
    spans++;
    history.endSpan();
    troubles.settle();
    if (spans % SPANS_PER_TENTH === 0) pods.endTenth();
  }

  return {
    atMs: () => clock[0],
    restart,
    advance(untilMs) {
      if (untilMs < clock[0]) throw new RangeError(`${untilMs} ms is in the past of ${clock[0]} ms`);
      stepped = [];
      while (spanEndMs() <= untilMs) endSpan();
      simulation.runUntil(untilMs);
    },
    step(untilMs) {
      stepped = [];
      stepping = true;
      let happened = simulation.step(Math.min(untilMs, spanEndMs()));
      while (!happened && spanEndMs() <= untilMs) {
        endSpan();
        happened = simulation.step(Math.min(untilMs, spanEndMs()));
      }
      stepping = false;
      return happened;
    },
    read: ({ fromPod, toPod, dots, spansPerDot }) => ({
      atMs: clock[0],
      events: simulation.events(),
      byPlace: workers.byPlace(),
      lateByPlace: workers.lateByPlace(),
      busy: workers.busy(),
      second: pods.read(),
      fromPod,
      workers: workers.workers(fromPod, toPod),
      isps: replies.read(),
      dots: history.read(dots, spansPerDot),
      troubles: [...troubles.log()],
      stepped,
    }),
  };
}
