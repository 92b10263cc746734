import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';
import { createCalendar } from '../engine/calendar.ts';
import { createStreams } from '../engine/stream.ts';
import { scheduleFaults } from '../stations/faults.ts';
import { joinObservers, type Observer } from '../stations/moments.ts';
import { createRequests, type Requests } from '../stations/requests.ts';
import { drawWorkload, KINDS, type Workload } from '../workload/workload.ts';
import type { Architecture } from './architecture.ts';
import { naive } from './naive.ts';

const architectures: Readonly<Record<Scenario['architecture'], Architecture>> = { naive };

export interface Simulation {
  /** Begins a run at time 0. The seed names it, for instance '42/0' (seed and replication); the rate is per second. */
  restart(seed: string, ratePerSecond: number): void;
  /** Runs all events up to and including an instant, ms. */
  runUntil(ms: number): void;
  /** Runs the next event if it happens by an instant, ms, and says whether it did; the clock then stands at it. */
  step(untilMs: number): boolean;
  /** Events of this run so far. */
  events(): number;
}

/** Makes observers from the clock and the columns of the requests that pass. */
export type Observe = (calendar: Calendar, requests: Requests) => readonly Observer[];

/**
 * Assembles a scenario once, for any number of runs: a run is a pure function of (scenario, seed, rate). Assembling once matters, since
 * the compiler takes the arrays of the first assembly in a thread as constants; a second one in the same thread runs at about 0.6 of the speed.
 */
export function assemble(scenario: Scenario, observers: readonly Observe[], workload: Workload = drawWorkload(scenario)): Simulation {
  const { balancer, faults, pods } = scenario;
  const others = 2 + 2 * faults.length + pods.count; // the source, a request that is being refused, begin and end of each fault, loops' timers
  const calendar = createCalendar(balancer.maxConnections + others);
  const requests = createRequests(calendar);
  const hooks = joinObservers(observers.flatMap((observe) => observe(calendar, requests)));
  const streams = createStreams();
  const { entries, faulty } = architectures[scenario.architecture](calendar, requests, scenario, streams, hooks);
  const startFaults = scheduleFaults(calendar, faults, faulty);
  const startArrivals = feed();

  /** The source: each row of the workload becomes a request at its instant and enters the service. */
  function feed(): () => void {
    const { arrived } = hooks;
    const { clock, due } = calendar;
    const { number, arrivedMs, kind, isp, smtpMs, reply, throttle } = requests;
    const enter = KINDS.map((name) => entries[name]);
    const cursor = calendar.state(new Int32Array(1)); // the workload's row that comes next
    const count = calendar.state(new Float64Array(1));
    const wait = calendar.solo((source) => {
      const row = cursor[0]!;
      const request = calendar.create();
      number[request] = count[0]!++;
      arrivedMs[request] = clock[0];
      kind[request] = workload.kind[row]!;
      isp[request] = workload.isp[row]!;
      smtpMs[request] = workload.smtpMs[row]!;
      reply[request] = workload.reply[row]!;
      throttle[request] = workload.throttle[row]!;
      prepare(source);
      arrived?.(request);
      enter[kind[request]!]!(request);
    });
    function prepare(source: number): void {
      const row = workload.next();
      cursor[0] = row;
      due[source] = workload.atMs[row]!;
      wait(source);
    }
    return () => prepare(calendar.create());
  }

  return {
    restart(seed, ratePerSecond) {
      calendar.reset();
      streams.seed(seed);
      workload.restart(seed, ratePerSecond);
      startFaults();
      startArrivals();
    },
    runUntil: calendar.run,
    step: calendar.step,
    events: () => calendar.happened[0],
  };
}
