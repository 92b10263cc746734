import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar, Stage } from '../engine/calendar.ts';
import type { Streams } from '../engine/stream.ts';
import type { FaultyStations } from '../stations/faults.ts';
import type { Hooks } from '../stations/moments.ts';
import type { Requests } from '../stations/requests.ts';
import type { KINDS } from '../workload/workload.ts';

/** A service assembled from stations: where each kind of request enters it, and what each kind of fault changes. */
export interface Assembly {
  readonly entries: Readonly<Record<(typeof KINDS)[number], Stage>>;
  readonly faulty: FaultyStations;
}

export type Architecture = (calendar: Calendar, requests: Requests, scenario: Scenario, streams: Streams, hooks: Hooks) => Assembly;
