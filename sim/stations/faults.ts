import type { Fault } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';

/** A station that something can go wrong with. */
export interface Faulty<Kind extends Fault['kind']> {
  suffer(fault: Extract<Fault, { kind: Kind }>): void;
  recover(fault: Extract<Fault, { kind: Kind }>): void;
}

export type FaultyStations = { readonly [Kind in Fault['kind']]: Faulty<Kind> };

/** Puts the scenario's faults on the calendar, first of all events at their instants. A fault changes a station; no request's life mentions it. */
export function scheduleFaults(calendar: Calendar, faults: readonly Fault[], stations: FaultyStations): () => void {
  const begins = faults.map((fault) => ({ atMs: fault.atMs, happen: () => stationOf(fault).suffer(fault) }));
  const ends = faults.map((fault) => ({ atMs: fault.atMs + fault.forMs, happen: () => stationOf(fault).recover(fault) }));
  const appointments = [...ends, ...begins] // where one fault begins as another ends, the end comes first
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, happen }) => ({
      atMs,
      enter: calendar.appointment((token) => {
        happen();
        calendar.destroy(token);
      }),
    }));

  function stationOf(fault: Fault): Faulty<Fault['kind']> {
    return stations[fault.kind] as Faulty<Fault['kind']>; // the table pairs each kind with its station; the union loses that
  }

  return () => {
    for (const { atMs, enter } of appointments) {
      const token = calendar.create();
      calendar.due[token] = atMs;
      enter(token);
    }
  };
}
