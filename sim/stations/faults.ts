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
  const appointments = faults.flatMap((fault) => {
    const station = stations[fault.kind] as Faulty<Fault['kind']>; // the table pairs each kind with its station; the union loses that
    return [
      { atMs: fault.atMs, happen: () => station.suffer(fault) },
      { atMs: fault.atMs + fault.forMs, happen: () => station.recover(fault) },
    ];
  });
  const enter = appointments.map(({ happen }) =>
    calendar.appointment((token) => {
      happen();
      calendar.destroy(token);
    }),
  );
  return () => {
    for (const [i, { atMs }] of appointments.entries()) {
      const token = calendar.create();
      calendar.due[token] = atMs;
      enter[i]!(token);
    }
  };
}
